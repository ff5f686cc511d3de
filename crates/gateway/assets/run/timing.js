/**
 * How one answer came about: times from the stimulus's paint, edits, pasting, lost focus.
 */

/** A key press further back than this did not cause the input event. */
const KEY_TO_INPUT_MS = 1_000;

/** Longer than any trial; the wire has 32 bits for it. */
const LONGEST_MS = 2 ** 31 - 1;

export class TrialClock {
  #paintedAt = null;
  #shownAt = null;
  #firstKeyAt = null;
  #lastKeyAt = -Infinity;
  #edits;
  #pasted;
  #focusLosses;

  /** @param {{edits?: number, pasted?: boolean, focus_losses?: number}} [before]  counted before a reload */
  constructor(before = {}) {
    this.#edits = before.edits ?? 0;
    this.#pasted = before.pasted ?? false;
    this.#focusLosses = before.focus_losses ?? 0;
  }

  /**
   * The stimulus is on the screen.
   * @param {number} now   `performance.now()`
   * @param {number} wall  milliseconds since 1970
   */
  painted(now, wall) {
    this.#paintedAt = now;
    this.#shownAt = new Date(wall).toISOString();
  }

  get running() {
    return this.#paintedAt !== null;
  }

  /**
   * A key went down that may produce text; whether it does is known when `input` is called.
   * @param {number} at
   */
  key(at) {
    this.#lastKeyAt = at;
  }

  /**
   * Text is about to change, by keyboard, virtual keyboard, input method, voice or mouse.
   * @param {number} at
   * @param {string} inputType  as in InputEvent
   * @param {boolean} replaces  whether selected text goes away
   */
  input(at, inputType, replaces) {
    const composing = inputType.includes('Composition');
    if (inputType === 'insertFromPaste' || inputType === 'insertFromDrop') this.#pasted = true;
    if (isEdit(inputType) || (replaces && !composing)) this.#edits += 1;
    if (this.#firstKeyAt === null && inputType.startsWith('insert')) {
      this.#firstKeyAt = at - this.#lastKeyAt < KEY_TO_INPUT_MS ? this.#lastKeyAt : at;
    }
  }

  focusLost() {
    this.#focusLosses += 1;
  }

  /** What a reload must not forget. */
  get counts() {
    return { edits: this.#edits, pasted: this.#pasted, focus_losses: this.#focusLosses };
  }

  /**
   * @param {number} now
   * @returns {import('./types.js').Timing}
   */
  submitted(now) {
    if (!this.running) return this.counts;
    const timing = { shown_at: this.#shownAt, submitted_ms: this.#since(now), ...this.counts };
    if (this.#firstKeyAt !== null) timing.first_key_ms = this.#since(this.#firstKeyAt);
    return timing;
  }

  #since(at) {
    return Math.min(Math.max(Math.round(at - this.#paintedAt), 0), LONGEST_MS);
  }
}

/**
 * Whether an input takes away something that was there. What an input method rearranges while it composes is not
 * an edit of the participant's.
 * @param {string} inputType
 */
function isEdit(inputType) {
  if (inputType.includes('Composition')) return false;
  return inputType.startsWith('delete') || inputType.startsWith('history') || inputType === 'insertReplacementText';
}

/**
 * Calls `onLoss` once whenever the person's attention leaves the page: another tab, another window, a locked phone.
 * @param {() => void} onLoss
 */
export function watchFocus(onLoss) {
  let here = document.visibilityState === 'visible';
  const left = () => {
    if (here) onLoss();
    here = false;
  };
  const back = () => {
    here = document.visibilityState === 'visible';
  };
  window.addEventListener('blur', left);
  window.addEventListener('focus', back);
  document.addEventListener('visibilitychange', () => (document.visibilityState === 'hidden' ? left() : back()));
}
