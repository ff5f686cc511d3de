/**
 * The texts of the participant's pages in the experiment's language.
 * One more language: a file in `texts/` with the keys of `texts/en.js`, and its name here.
 */

import english from './texts/en.js';

const LANGUAGES = ['en', 'de', 'fr', 'es', 'pt', 'it', 'nl', 'zh'];

/**
 * The language of the pages for an experiment in `tag`: its own where it is spoken here, else English.
 * @param {string} tag  BCP 47, such as `pt-BR`
 */
export function languageFor(tag) {
  const primary = tag.toLowerCase().split('-')[0];
  return LANGUAGES.includes(primary) ? primary : 'en';
}

/**
 * @param {string} language  one that `languageFor` names
 * @returns {Promise<(key: string, values?: Record<string, string|number>) => string>}
 */
export async function textsIn(language) {
  // A page that speaks English is better than none when the file does not arrive.
  const table = language === 'en' ? english : await import(`./texts/${language}.js`).then((m) => m.default, () => english);
  return (key, values = {}) => (table[key] ?? english[key]).replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/**
 * Writes the texts into the elements that name one in `data-text`.
 * @param {Document} page
 * @param {(key: string) => string} texts
 */
export function fillIn(page, texts) {
  for (const element of page.querySelectorAll('[data-text]')) element.textContent = texts(element.dataset.text);
}
