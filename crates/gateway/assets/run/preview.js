/**
 * A researcher's preview: the same runner, talking to this instead of to the server. Nothing is stored anywhere.
 *
 * @typedef {import('./types.js').Api} Api
 * @typedef {import('./types.js').Run} Run
 */

/** Has the form of a completion code, and cannot be taken for one. */
const PREVIEW_CODE = 'PREVIEW';

/**
 * @param {Run} run
 * @returns {Api}
 */
export function previewApi(run) {
  return {
    begin: async () => run,
    resume: async () => run,
    respond: async () => {},
    complete: async () => PREVIEW_CODE,
    withdraw: async () => {},
  };
}
