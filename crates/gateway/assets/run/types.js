/**
 * The shapes that travel between the modules. No code, only JSDoc types.
 *
 * @typedef {{shape: 'box', x: number, y: number, width: number, height: number, style: 'outline'|'dim'}} BoxTarget
 * @typedef {{shape: 'polygon', points: [number, number][], style: 'outline'|'dim'}} PolygonTarget
 * @typedef {BoxTarget | PolygonTarget} Target  The marked object, in fractions of the picture's width and height.
 *
 * @typedef {{url: string, width: number, height: number, versions?: {url: string, width: number}[]}} ImageRef
 *
 * @typedef {object} Trial
 * @property {number} trial     place in the participation, from 0
 * @property {string} key       the stimulus's key
 * @property {string} question
 * @property {'image'|'colour'} kind
 * @property {ImageRef} [image]
 * @property {Target|null} [target]
 * @property {string} [colour]  `#rrggbb`
 *
 * @typedef {object} Run        what the server says about a participation
 * @property {string} participation_id
 * @property {string} token
 * @property {{title: string, question: string, language: string, slug: string}} experiment
 * @property {Trial[]} trials
 * @property {number[]} answered
 * @property {boolean} completed
 * @property {string|null} completion_code
 *
 * @typedef {{text: string} | {non_answer: 'dont_know'|'skipped'}} Answer
 *
 * @typedef {object} Timing
 * @property {string} [shown_at]
 * @property {number} [first_key_ms]
 * @property {number} [submitted_ms]
 * @property {number} [edits]
 * @property {boolean} [pasted]
 * @property {number} [focus_losses]
 *
 * @typedef {Answer & Timing} ResponseBody
 *
 * @typedef {object} Config     the JSON that the page carries in `#run-config`
 * @property {string} slug
 * @property {string} language  the experiment's language
 * @property {boolean} needs_code
 * @property {boolean} admits   whether somebody new may start
 * @property {Run|null} preview the trials of a researcher's preview, in which nothing is stored
 *
 * @typedef {object} Api
 * @property {(start: object) => Promise<Run>} begin
 * @property {(participation: Participation) => Promise<Run>} resume
 * @property {(participation: Participation, trial: number, body: ResponseBody) => Promise<void>} respond
 * @property {(participation: Participation) => Promise<string>} complete
 * @property {(participation: Participation) => Promise<void>} withdraw
 *
 * @typedef {object} Participation  what the browser keeps of the person's run
 * @property {string} id
 * @property {string} token
 * @property {string|null} completionCode
 */

export {};
