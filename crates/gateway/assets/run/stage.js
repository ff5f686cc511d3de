/**
 * Painting one stimulus: a picture with its target, or a plain colour, on a neutral grey.
 *
 * @typedef {import('./types.js').Target} Target
 * @typedef {import('./types.js').Trial} Trial
 */

import { versionFor } from './images.js';

const SVG = 'http://www.w3.org/2000/svg';
/** A small picture may be shown this much larger than its pixels, not more. */
const ENLARGE_MAX = 2;

export class Stage {
  #root;
  #pictures;
  #label;
  #turn = 0;

  /**
   * @param {HTMLElement} root
   * @param {import('./images.js').Pictures} pictures
   * @param {string} label  what screen readers say instead of the stimulus, which must not name it
   */
  constructor(root, pictures, label) {
    this.#root = root;
    this.#pictures = pictures;
    this.#label = label;
  }

  clear() {
    this.#turn += 1;
    this.#root.replaceChildren();
  }

  /**
   * Shows the stimulus; resolves when it is on the screen.
   * @param {Trial} trial
   * @returns {Promise<number|null>}  `performance.now()` of the paint; null: something else was shown meanwhile
   */
  async show(trial) {
    this.clear();
    const turn = this.#turn;
    const url = urlOf(trial);
    const image = url ? await this.#pictures.get(url) : null;
    if (turn !== this.#turn) return null;
    this.#root.replaceChildren(image ? framed(trial, image, this.#label) : patch(trial.colour, this.#label));
    const at = await painted();
    return turn === this.#turn ? at : null;
  }

  /**
   * Loads the pictures of the trials to come.
   * @param {Trial} current
   * @param {Trial[]} next
   */
  prefetch(current, next) {
    this.#pictures.prefetch(next.map(urlOf).filter((url) => url !== null), urlOf(current));
  }
}

/**
 * The version of the picture that fits this screen; null for a colour.
 * @param {Trial} trial
 */
function urlOf(trial) {
  if (trial.kind !== 'image') return null;
  // The whole screen, not the stage: that shrinks and grows with the on-screen keyboard.
  const box = { width: Math.min(screen.width, trial.image.width * ENLARGE_MAX), height: screen.height };
  return versionFor(trial.image, box, window.devicePixelRatio);
}

/** Two frames after the change its pixels are on the screen. */
function painted() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
  });
}

/** @param {string} colour */
function patch(colour, label) {
  const element = document.createElement('div');
  element.className = 'patch';
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', label);
  element.style.backgroundColor = colour;
  return element;
}

/**
 * The picture, and over it the target. Both fit their frame in the same way (contained, centred), so fractional
 * coordinates hold at every size without any script at resize.
 * @param {Trial} trial
 * @param {HTMLImageElement} image
 */
function framed(trial, image, label) {
  const { width, height } = trial.image;
  const frame = document.createElement('div');
  frame.className = 'picture';
  frame.style.maxWidth = `${width * ENLARGE_MAX}px`;
  frame.style.maxHeight = `${height * ENLARGE_MAX}px`;
  image.alt = label;
  frame.append(image);
  if (trial.target) frame.append(overlay(trial.target, width, height));
  return frame;
}

/**
 * @param {Target} target
 * @param {number} width   of the picture
 * @param {number} height
 */
function overlay(target, width, height) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'target');
  const outline = targetPath(target, width, height);
  if (target.style === 'dim') {
    const surround = `M0 0H${width}V${height}H0Z`;
    svg.append(shape(`${surround}${outline}`, 'target-dim'));
  }
  // Dark below light: one of the two is visible on any picture.
  svg.append(shape(outline, 'target-dark'), shape(outline, 'target-light'));
  return svg;
}

/**
 * The target's outline as SVG path data in the picture's pixels.
 * @param {Target} target
 */
export function targetPath(target, width, height) {
  const points =
    target.shape === 'polygon'
      ? target.points
      : [
          [target.x, target.y],
          [target.x + target.width, target.y],
          [target.x + target.width, target.y + target.height],
          [target.x, target.y + target.height],
        ];
  const corners = points.map(([x, y]) => `${round(x * width)} ${round(y * height)}`);
  return `M${corners.join('L')}Z`;
}

function round(value) {
  return Math.round(value * 100) / 100;
}

function shape(path, className) {
  const element = document.createElementNS(SVG, 'path');
  element.setAttribute('d', path);
  element.setAttribute('class', className);
  return element;
}
