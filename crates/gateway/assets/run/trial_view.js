/**
 * The view of one trial: stimulus, question, answer box, progress, and what may go wrong with a picture.
 *
 * @typedef {import('./types.js').Answer} Answer
 * @typedef {import('./types.js').Timing} Timing
 * @typedef {import('./types.js').Trial} Trial
 */

import { AnswerBox } from './answer.js';
import { Pictures } from './images.js';
import { Stage } from './stage.js';
import { TrialClock, watchFocus } from './timing.js';
import { byId } from './views.js';
import { fitToVisualViewport } from './viewport.js';

/** A picture that is ready within this time appears without a word about loading. */
const PATIENCE_MS = 250;

export class TrialView {
  #texts;
  #events;
  #pictures = new Pictures();
  #stage;
  #box;
  /** @type {Trial|null} */
  #trial = null;
  /** @type {Trial[]} */
  #next = [];
  #clock = new TrialClock();
  #failures = 0;

  /**
   * @param {object} parts
   * @param {(key: string, values?: object) => string} parts.texts
   * @param {(trial: Trial, answer: Answer & Timing) => void} parts.onAnswer
   * @param {(draft: import('./store.js').Draft) => void} parts.onDraft
   */
  constructor({ texts, ...events }) {
    this.#texts = texts;
    this.#events = events;
    this.#stage = new Stage(byId('stage'), this.#pictures, texts('stimulus'));
    this.#box = new AnswerBox({
      form: byId('answer-form'),
      input: byId('answer'),
      dontKnow: byId('dont-know'),
      error: byId('answer-error'),
      texts,
      onAnswer: (answer) => this.#answer(answer),
      onInput: (text) => this.#events.onDraft({ trial: this.#trial.trial, text, ...this.#clock.counts }),
    });
    byId('picture-retry').addEventListener('click', () => this.#paint());
    byId('picture-skip').addEventListener('click', () => this.#answer({ non_answer: 'skipped' }));
    window.addEventListener('online', () => this.#online());
    watchFocus(() => this.#clock.focusLost());
    fitToVisualViewport(byId('view-trial'));
  }

  /** The trial on the screen; null: none. */
  get trial() {
    return this.#trial;
  }

  /**
   * @param {Trial} trial
   * @param {object} around
   * @param {number} around.total
   * @param {Trial[]} around.next         the trials whose pictures are loaded ahead
   * @param {import('./store.js').Draft|null} around.draft
   * @param {string|null} around.notice   said above the buttons until something is typed
   */
  open(trial, { total, next, draft, notice }) {
    this.#trial = trial;
    this.#next = next;
    this.#failures = 0;
    this.#clock = new TrialClock(draft ?? {});
    byId('view-trial').dataset.trial = String(trial.trial);
    byId('question').textContent = trial.question;
    byId('progress-text').textContent = this.#texts('progress', { n: trial.trial + 1, total });
    byId('progress').max = total;
    byId('progress').value = trial.trial;
    this.#box.open(this.#clock, draft?.text ?? '');
    this.#box.complain(notice);
    this.#box.focus();
    this.#paint();
  }

  /** Nothing is asked any more. */
  close() {
    this.#trial = null;
    this.#box.close();
    this.#stage.clear();
  }

  async #paint() {
    const trial = this.#trial;
    delete byId('view-trial').dataset.shown;
    byId('picture-error').hidden = true;
    const slow = setTimeout(() => (byId('loading').hidden = false), PATIENCE_MS);
    try {
      const at = await this.#stage.show(trial);
      if (at === null) return;
      this.#clock.painted(at, Date.now());
      byId('view-trial').dataset.shown = '';
      this.#stage.prefetch(trial, this.#next);
    } catch {
      if (trial === this.#trial) this.#pictureFailed();
    } finally {
      clearTimeout(slow);
      if (trial === this.#trial) byId('loading').hidden = true;
    }
  }

  /** The clock never started, so the picture does not count as shown. */
  #pictureFailed() {
    this.#failures += 1;
    byId('picture-error').hidden = false;
    // Offline every picture fails, and that is no reason to do without this one.
    byId('picture-skip').hidden = this.#failures < 2 || !navigator.onLine;
  }

  #online() {
    this.#pictures.retryNow();
    if (!this.#trial) return;
    if (!byId('picture-error').hidden) this.#paint();
    else if (this.#clock.running) this.#stage.prefetch(this.#trial, this.#next);
  }

  /** @param {Answer} answer */
  #answer(answer) {
    const trial = this.#trial;
    if (!trial) return;
    const timing = this.#clock.submitted(performance.now());
    this.#box.close();
    byId('picture-error').hidden = true;
    this.#events.onAnswer(trial, { ...answer, ...timing });
  }
}
