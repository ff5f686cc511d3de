/**
 * "Stop and delete my answers": asks once, erases on the server, and says so when that did not work.
 */

import { byId } from './views.js';

/** Nothing is stored any more, which is what was wished. */
const ALREADY_GONE = [404, 410];

/**
 * @param {object} parts
 * @param {(key: string) => string} parts.texts
 * @param {() => Promise<void>} parts.withdraw
 * @param {() => void} parts.onStart   before the server is asked: send nothing more
 * @param {() => void} parts.onDone
 * @param {() => void} parts.onFailed  the participant goes on, or tries again
 */
export function installWithdrawal({ texts, withdraw, onStart, onDone, onFailed }) {
  const dialog = byId('withdraw-dialog');
  const confirm = byId('withdraw-confirm');
  const error = byId('withdraw-error');

  for (const button of document.querySelectorAll('[data-withdraw]')) {
    button.addEventListener('click', () => {
      error.textContent = '';
      dialog.showModal();
    });
  }
  byId('withdraw-cancel').addEventListener('click', () => dialog.close());
  confirm.addEventListener('click', async () => {
    error.textContent = '';
    confirm.disabled = true;
    onStart();
    try {
      await withdraw().catch((problem) => {
        if (!ALREADY_GONE.includes(problem.status)) throw problem;
      });
      dialog.close();
      onDone();
    } catch {
      error.textContent = texts('unreachable');
      onFailed();
    } finally {
      confirm.disabled = false;
    }
  });
}
