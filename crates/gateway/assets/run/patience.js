/**
 * Trying again: exponential backoff with jitter, `Retry-After` honoured, woken early when the network returns.
 */

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

/**
 * How long to wait after the `failures`-th failure in a row (from 1): doubling, with half of it left to chance
 * so that a room full of participants does not come back in one moment.
 * @param {number} failures
 * @param {() => number} random
 */
export function delayMs(failures, random = Math.random) {
  const full = Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS);
  return full / 2 + (full / 2) * random();
}

/** A sleep that can be ended early. */
export class Alarm {
  /** @type {Set<() => void>} */
  #sleepers = new Set();

  /** Wakes everybody who sleeps here. */
  ring() {
    for (const wake of [...this.#sleepers]) wake();
  }

  /**
   * Sleeps for `ms`, or until it rings.
   * @param {number} ms
   * @returns {Promise<void>}
   */
  sleep(ms) {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#sleepers.add(wake);
    });
  }
}

/**
 * Runs `action` until it succeeds, or fails for good, or is no longer wanted.
 * @template T
 * @param {() => Promise<T>} action
 * @param {object} options
 * @param {Alarm} options.alarm  rings when waiting longer is pointless; a `Retry-After` is waited for nevertheless
 * @param {() => boolean} [options.wanted]
 * @param {(problem: import('./api.js').Problem) => void} [options.onFailure]  called before each wait
 * @returns {Promise<T|undefined>}  undefined: no longer wanted
 */
export async function patiently(action, { alarm, wanted = () => true, onFailure = () => {} }) {
  for (let failures = 1; wanted(); failures += 1) {
    try {
      return await action();
    } catch (problem) {
      if (!problem.passing) throw problem;
      onFailure(problem);
      await pause(problem, failures, { alarm, wanted });
    }
  }
  return undefined;
}

/**
 * Waits after a failure: as long as the server asks, and else longer from one to the next.
 * @param {import('./api.js').Problem} problem
 * @param {number} failures  in a row, from 1
 * @param {{alarm: Alarm, wanted: () => boolean}} options
 */
export async function pause(problem, failures, { alarm, wanted }) {
  const notBefore = performance.now() + problem.retryAfterMs;
  await alarm.sleep(Math.max(delayMs(failures), problem.retryAfterMs));
  while (wanted() && performance.now() < notBefore) await alarm.sleep(notBefore - performance.now());
}
