/**
 * The answer box: a plain text input that changes nothing of what is typed.
 */

/** Characters the server takes, counted as Unicode scalar values. */
export const ANSWER_MAX_CHARS = 500;

/**
 * What stands against sending this text; null: nothing.
 * @param {string} text
 * @returns {'empty'|'tooLong'|null}
 */
export function objection(text) {
  if (text.trim() === '') return 'empty';
  return countChars(text) > ANSWER_MAX_CHARS ? 'tooLong' : null;
}

/** @param {string} text */
export function countChars(text) {
  return [...text].length;
}

/**
 * Line breaks, tabs and half characters that come with pasted text cannot be sent. They become spaces in the box,
 * so that what is sent is what the participant sees.
 * @param {string} text
 */
export function withoutControls(text) {
  return text.replace(/[\p{Cc}\p{Cs}]/gu, ' ');
}

export class AnswerBox {
  #form;
  #input;
  #dontKnow;
  #error;
  #texts;
  #events;
  /** @type {import('./timing.js').TrialClock|null} */
  #clock = null;
  #composing = false;

  /**
   * @param {object} parts
   * @param {HTMLFormElement} parts.form
   * @param {HTMLInputElement} parts.input
   * @param {HTMLButtonElement} parts.dontKnow
   * @param {HTMLElement} parts.error  the live region for what is wrong
   * @param {(key: string, values?: object) => string} parts.texts
   * @param {(answer: import('./types.js').Answer) => void} parts.onAnswer
   * @param {(text: string) => void} parts.onInput
   */
  constructor({ form, input, dontKnow, error, texts, ...events }) {
    this.#form = form;
    this.#input = input;
    this.#dontKnow = dontKnow;
    this.#error = error;
    this.#texts = texts;
    this.#events = events;
    this.#listen();
  }

  /**
   * Empties the box for the next stimulus. It keeps the focus, so that an on-screen keyboard stays open, but takes
   * no text before the clock runs.
   * @param {import('./timing.js').TrialClock} clock
   * @param {string} text  typed before a reload
   */
  open(clock, text) {
    this.#clock = clock;
    this.#input.value = text;
    this.complain(null);
  }

  /** Takes nothing until it is opened again. */
  close() {
    this.#clock = null;
  }

  focus() {
    this.#input.focus({ preventScroll: true });
  }

  /**
   * Says what is wrong with the answer.
   * @param {string|null} message
   */
  complain(message) {
    this.#error.textContent = message ?? '';
    if (message) this.#input.setAttribute('aria-invalid', 'true');
    else this.#input.removeAttribute('aria-invalid');
  }

  get #taking() {
    return this.#clock?.running ?? false;
  }

  #listen() {
    const input = this.#input;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    // The second click of a double click was not meant for the next stimulus.
    const isDoubleClick = (event) => event.detail > 1 && event.target.closest('button');
    this.#form.addEventListener('click', (event) => isDoubleClick(event) && stop(event), { capture: true });
    this.#dontKnow.addEventListener('click', () => this.#answer({ non_answer: 'dont_know' }));
    // A press on a button must not take the focus from the box: the on-screen keyboard would close and reopen.
    this.#form.addEventListener('mousedown', (event) => {
      if (event.target.closest('button')) event.preventDefault();
    });

    input.addEventListener('keydown', (event) => this.#keydown(event));
    input.addEventListener('beforeinput', (event) => this.#beforeInput(event));
    input.addEventListener('input', () => this.#changed());
    input.addEventListener('compositionstart', () => (this.#composing = true));
    input.addEventListener('compositionend', () => {
      this.#composing = false;
      this.#changed();
    });
  }

  #keydown(event) {
    const toInputMethod = event.isComposing || event.keyCode === 229;
    if (event.key === 'Enter' && (toInputMethod || event.repeat)) {
      // It chooses a candidate, or is still held down from the trial before. Safari sends it after the composition.
      event.preventDefault();
      return;
    }
    const producesText = toInputMethod || [...event.key].length === 1 || event.key === 'Dead';
    if (producesText && !event.ctrlKey && !event.metaKey) this.#clock?.key(event.timeStamp);
  }

  #beforeInput(event) {
    if (event.inputType === 'insertLineBreak') return;
    if (!this.#taking) {
      event.preventDefault();
      return;
    }
    const replaces = event.inputType.startsWith('insert') && this.#input.selectionStart !== this.#input.selectionEnd;
    this.#clock.input(event.timeStamp, event.inputType, replaces);
  }

  #changed() {
    const input = this.#input;
    if (!this.#composing) {
      const text = withoutControls(input.value);
      if (text !== input.value) input.value = text;
    }
    if (objection(input.value) === 'tooLong') this.#complainAboutLength();
    else this.complain(null);
    if (this.#taking) this.#events.onInput(input.value);
  }

  #complainAboutLength() {
    this.complain(this.#texts('tooLong', { max: ANSWER_MAX_CHARS, n: countChars(this.#input.value) }));
  }

  #submit() {
    const text = withoutControls(this.#input.value);
    const wrong = objection(text);
    if (!this.#taking) return;
    if (wrong === 'tooLong') this.#complainAboutLength();
    else if (wrong === 'empty') this.complain(this.#texts('empty'));
    else this.#answer({ text });
    this.focus();
  }

  #answer(answer) {
    if (!this.#taking) return;
    this.#events.onAnswer(answer);
    this.focus();
  }
}

/** @param {Event} event */
function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}
