/**
 * The page's views, of which one is seen at a time, and small helpers for its elements.
 */

/**
 * An element that the template is bound to have.
 * @template {HTMLElement} T
 * @param {string} id
 * @returns {T}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return /** @type {T} */ (element);
}

/**
 * @typedef {'loading'|'consent'|'trial'|'finishing'|'thanks'|'goodbye'|'closed'|'refused'} ViewName
 */
export class Views {
  /** @type {ViewName|null} */
  #current = null;

  get current() {
    return this.#current;
  }

  /**
   * Shows `view-<name>` alone. A view with a heading gets the focus there, so that screen readers begin with it.
   * @param {ViewName} name
   */
  show(name) {
    if (this.#current === name) return;
    this.#current = name;
    for (const section of document.querySelectorAll('section[data-view]')) section.hidden = section.dataset.view !== name;
    document.documentElement.dataset.showing = name;
    if (name === 'trial') return;
    window.scrollTo(0, 0);
    const view = document.querySelector(`section[data-view="${name}"]`);
    view?.querySelector('h1')?.focus({ preventScroll: true });
  }
}

/**
 * Copies an element's text. Without HTTPS there is no clipboard interface, and selecting it has to do.
 * @param {HTMLElement} element
 */
export async function copyText(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
  } catch {
    window.getSelection()?.selectAllChildren(element);
    document.execCommand('copy');
  }
}
