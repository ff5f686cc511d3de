/**
 * Loading and decoding pictures before they are shown: few at a time, tried again, in the size the screen needs.
 *
 * @typedef {import('./types.js').ImageRef} ImageRef
 */

import { Alarm } from './patience.js';

/** How many pictures load at once. The one that is waited for does not queue behind those loaded ahead. */
const PARALLEL = 2;
/** A picture that takes longer than this is asked for again. */
const TIMEOUT_MS = 20_000;
/** Waits between the attempts; after the last one the participant is told. */
const RETRY_DELAYS_MS = [400, 1_500, 4_000];
/** More pixels than this per CSS pixel nobody sees. */
const PIXEL_RATIO_MAX = 3;

/**
 * The smallest version that fills its place on the screen, or the full picture.
 * @param {ImageRef} image
 * @param {{width: number, height: number}} box  where it will stand, in CSS pixels
 * @param {number} pixelRatio
 * @returns {string} its URL
 */
export function versionFor(image, box, pixelRatio) {
  const shown = Math.min(box.width, (box.height * image.width) / image.height);
  const needed = shown * Math.min(pixelRatio, PIXEL_RATIO_MAX);
  const wideEnough = (image.versions ?? []).filter((version) => version.width >= needed && version.width < image.width);
  wideEnough.sort((a, b) => a.width - b.width);
  return wideEnough[0]?.url ?? image.url;
}

export class Pictures {
  /** @type {Map<string, Promise<HTMLImageElement>>} */
  #loading = new Map();
  #waiting = [];
  #active = 0;
  #alarm = new Alarm();

  /** The network is back: waits between attempts end. */
  retryNow() {
    this.#alarm.ring();
  }

  /**
   * A decoded picture, ready to be painted.
   * @param {string} url
   * @returns {Promise<HTMLImageElement>}  rejected when it could not be loaded after several attempts
   */
  get(url) {
    return this.#loading.get(url) ?? this.#start(url, () => load(url, this.#alarm));
  }

  /**
   * Loads these ahead, in this order, and lets go of all others.
   * @param {string[]} urls
   * @param {string|null} shown  the one on the screen, kept too
   */
  prefetch(urls, shown) {
    const wanted = new Set([...urls, shown]);
    for (const url of [...this.#loading.keys()]) if (!wanted.has(url)) this.#loading.delete(url);
    for (const url of urls) {
      if (this.#loading.has(url)) continue;
      // A failure ahead of time is nobody's business yet: when the picture's turn comes, it is tried anew.
      this.#start(url, () => this.#inTurn(url)).catch(() => {});
    }
  }

  #start(url, work) {
    const loading = work();
    this.#loading.set(url, loading);
    loading.catch(() => {
      if (this.#loading.get(url) === loading) this.#loading.delete(url);
    });
    return loading;
  }

  async #inTurn(url) {
    if (this.#active >= PARALLEL) await new Promise((resolve) => this.#waiting.push(resolve));
    this.#active += 1;
    try {
      return await load(url, this.#alarm);
    } finally {
      this.#active -= 1;
      this.#waiting.shift()?.();
    }
  }
}

/**
 * @param {string} url
 * @param {Alarm} alarm
 * @returns {Promise<HTMLImageElement>}
 */
async function load(url, alarm) {
  for (const delay of RETRY_DELAYS_MS) {
    try {
      return await attempt(url);
    } catch {
      await alarm.sleep(delay);
    }
  }
  return attempt(url);
}

/** @param {string} url */
async function attempt(url) {
  const image = new Image();
  image.decoding = 'sync';
  image.draggable = false;
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('the picture took too long')), TIMEOUT_MS);
  });
  try {
    image.src = url;
    await Promise.race([image.decode(), late]);
    return image;
  } catch (error) {
    image.src = '';
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
