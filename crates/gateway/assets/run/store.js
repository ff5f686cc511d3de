/**
 * What this browser remembers of a run, per experiment: the participation, its trials, the answers, and the text
 * that is being typed. It survives reloads and is shared by all tabs.
 *
 * localStorage, because a write is finished when `setItem` returns: an answer is kept before the next stimulus is
 * shown, and no second tab can come in between. Each answer has an entry of its own, so two tabs never overwrite
 * each other's. Bounded by the number of trials; everything but the completion code goes when the run ends.
 *
 * @typedef {import('./types.js').Participation} Participation
 * @typedef {import('./types.js').ResponseBody} ResponseBody
 * @typedef {import('./types.js').Run} Run
 * @typedef {{body: ResponseBody|null, settled: boolean}} Entry
 *   `settled`: the server has an answer to this trial, so there is nothing left to send.
 * @typedef {{trial: number, text: string, edits: number, pasted: boolean, focus_losses: number}} Draft
 */

/** A draft longer than any answer may be is not kept. */
const DRAFT_MAX_LENGTH = 4_000;

/** localStorage, or the page's own memory where the browser forbids it. */
export function openStorage() {
  try {
    const probe = 'nameit.probe';
    window.localStorage.setItem(probe, '1');
    window.localStorage.removeItem(probe);
    return window.localStorage;
  } catch {
    return new MemoryStorage();
  }
}

/** The part of the Storage interface that the store uses, kept in memory. */
export class MemoryStorage {
  /** @type {Map<string, string>} */
  #entries = new Map();

  getItem(key) {
    return this.#entries.get(key) ?? null;
  }

  setItem(key, value) {
    this.#entries.set(key, String(value));
  }

  removeItem(key) {
    this.#entries.delete(key);
  }

  key(index) {
    return [...this.#entries.keys()][index] ?? null;
  }

  get length() {
    return this.#entries.size;
  }
}

export class Store {
  #storage;
  #prefix;
  /** Takes over when the storage is full: the page goes on, only a reload would lose what is in here. */
  #overflow = new MemoryStorage();

  /**
   * @param {Storage|MemoryStorage} storage
   * @param {string} slug
   */
  constructor(storage, slug) {
    this.#storage = storage;
    this.#prefix = `nameit.run.${slug}.`;
  }

  /** Whether a key that changed in another tab belongs to this run; `null` is said when all was cleared. */
  owns(key) {
    return key === null || key.startsWith(this.#prefix);
  }

  /** @returns {Participation|null} */
  participation() {
    return this.#read('participation');
  }

  /** @param {Participation} participation */
  keepParticipation(participation) {
    this.#write('participation', participation);
  }

  /** @returns {Run|null} the run as last heard from the server, for when it cannot be asked */
  run() {
    const run = this.#read('trials');
    const participation = this.participation();
    if (!run || run.participation_id !== participation?.id) return null;
    return { ...run, token: participation.token, answered: this.#read('answered') ?? [] };
  }

  /**
   * Keeps what the server says. An answer that is kept here as settled but unknown to the server is sent again.
   * @param {Run} run
   */
  keepRun(run) {
    const answered = new Set(run.answered);
    this.#write('trials', { ...run, token: undefined, answered: undefined });
    this.#write('answered', run.answered);
    this.requeue(this.#trials().filter((trial) => !answered.has(trial)));
  }

  /**
   * Keeps an answer for sending. False: this trial has an answer already, and the first counts.
   * @param {number} trial
   * @param {ResponseBody} body
   */
  add(trial, body) {
    if (this.answeredTrials().has(trial)) return false;
    this.#write(`answer.${trial}`, { body, settled: false });
    this.forgetDraft();
    return true;
  }

  /** @returns {Set<number>} the trials that need no answer any more, from whichever tab or device */
  answeredTrials() {
    return new Set([...(this.#read('answered') ?? []), ...this.#trials()]);
  }

  /**
   * The answers that wait to be sent, in the order of the trials.
   * @returns {{trial: number, body: ResponseBody}[]}
   */
  pending() {
    return this.#pendingTrials().map((trial) => ({ trial, body: this.#entry(trial).body }));
  }

  /** How many answers wait to be sent. */
  pendingCount() {
    return this.#pendingTrials().length;
  }

  /**
   * The server has an answer to this trial.
   * @param {number} trial
   */
  settle(trial) {
    const entry = this.#entry(trial);
    if (entry) this.#write(`answer.${trial}`, { ...entry, settled: true });
  }

  /**
   * The server does not have these after all: they are sent again.
   * @param {number[]} trials
   * @returns {number[]} those of which no answer is kept here
   */
  requeue(trials) {
    return trials.filter((trial) => {
      const entry = this.#entry(trial);
      if (entry?.settled) this.#write(`answer.${trial}`, { ...entry, settled: false });
      return entry === null;
    });
  }

  /**
   * These trials have to be answered again.
   * @param {number[]} trials
   */
  reopen(trials) {
    for (const trial of trials) this.#remove(`answer.${trial}`);
    const answered = this.#read('answered');
    if (answered) this.#write('answered', answered.filter((trial) => !trials.includes(trial)));
  }

  /** @returns {Draft|null} what is typed for `trial` and not submitted yet */
  draft(trial) {
    const draft = this.#read('draft');
    return draft?.trial === trial ? draft : null;
  }

  /** @param {Draft} draft */
  keepDraft(draft) {
    if (draft.text.length <= DRAFT_MAX_LENGTH) this.#write('draft', draft);
  }

  forgetDraft() {
    this.#remove('draft');
  }

  /**
   * The run is over: only its code is remembered.
   * @param {string} completionCode
   */
  finish(completionCode) {
    const participation = this.participation();
    if (!participation) return;
    this.keepParticipation({ ...participation, completionCode });
    this.#removeAll((name) => name !== 'participation');
  }

  /** Forgets everything about this experiment. */
  clear() {
    this.#removeAll(() => true);
  }

  /** @returns {Entry|null} */
  #entry(trial) {
    return this.#read(`answer.${trial}`);
  }

  #trials() {
    const numbers = this.#names().map((name) => /^answer\.(\d+)$/.exec(name)?.[1]);
    return numbers.filter((number) => number !== undefined).map(Number).sort((a, b) => a - b);
  }

  #pendingTrials() {
    return this.#trials().filter((trial) => this.#entry(trial)?.settled === false);
  }

  #names() {
    const names = new Set();
    for (const storage of [this.#storage, this.#overflow]) {
      for (let index = 0; index < storage.length; index += 1) {
        const key = storage.key(index);
        if (key?.startsWith(this.#prefix)) names.add(key.slice(this.#prefix.length));
      }
    }
    return [...names];
  }

  #read(name) {
    const key = this.#prefix + name;
    const text = this.#overflow.getItem(key) ?? this.#storage.getItem(key);
    try {
      return text === null ? null : JSON.parse(text);
    } catch {
      return null;
    }
  }

  #write(name, value) {
    const key = this.#prefix + name;
    const text = JSON.stringify(value);
    try {
      this.#storage.setItem(key, text);
      this.#overflow.removeItem(key);
    } catch {
      this.#overflow.setItem(key, text);
    }
  }

  #remove(name) {
    this.#storage.removeItem(this.#prefix + name);
    this.#overflow.removeItem(this.#prefix + name);
  }

  #removeAll(which) {
    for (const name of this.#names().filter(which)) this.#remove(name);
  }
}
