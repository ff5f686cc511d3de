/**
 * The first view: consent, the access code where one is needed, and the beginning.
 */

import { byId } from './views.js';

/** What the server keeps of the parameters in the link. More must not stand in a participant's way. */
const PARAMETERS_MAX = 40;
const NAME_MAX_CHARS = 100;
const VALUE_MAX_CHARS = 500;

/**
 * @param {object} parts
 * @param {import('./types.js').Config} parts.config
 * @param {(key: string) => string} parts.texts
 * @param {(start: object) => Promise<void>} parts.begin  rejects with a Problem when it is not possible
 * @param {() => void} parts.onClosed
 */
export function installConsent({ config, texts, begin, onClosed }) {
  const error = byId('consent-error');
  const button = byId('begin');
  const code = config.needs_code ? byId('access-code') : null;

  byId('consent-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    error.textContent = '';
    code?.removeAttribute('aria-invalid');
    button.disabled = true;
    try {
      await begin({
        code: code ? code.value.trim() : null,
        url_parameters: urlParameters(location.search),
        environment: environment(),
      });
    } catch (problem) {
      if ([404, 409, 410].includes(problem.status)) return onClosed();
      error.textContent = texts(messageFor(problem.status));
      if (problem.status === 403 && code) {
        code.setAttribute('aria-invalid', 'true');
        code.focus();
      }
    } finally {
      button.disabled = false;
    }
  });
}

/**
 * The parameters that a recruitment service puts into the link.
 * @param {string} search  of the page's address
 * @returns {Record<string, string>}
 */
export function urlParameters(search) {
  const cut = (value) => [...value].slice(0, VALUE_MAX_CHARS).join('');
  const fits = ([name]) => name !== '' && [...name].length <= NAME_MAX_CHARS;
  const pairs = [...new URLSearchParams(search)].filter(fits).map(([name, value]) => [name, cut(value)]);
  return Object.fromEntries(pairs.slice(0, PARAMETERS_MAX));
}

/** @param {number} status */
function messageFor(status) {
  if (status === 403) return 'codeWrong';
  return status === 0 ? 'unreachable' : 'busy';
}

/** What may matter for how stimuli looked and were typed; nothing that tells one person from another. */
function environment() {
  return {
    language: navigator.language,
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? '',
    viewport: `${window.innerWidth}x${window.innerHeight}`,
    device_pixel_ratio: String(window.devicePixelRatio),
    touch: String(navigator.maxTouchPoints > 0),
  };
}
