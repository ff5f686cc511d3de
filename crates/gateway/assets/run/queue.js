/**
 * The send loop: takes the answers that wait in the store, one after the other, until the server has each.
 *
 * Every tab runs its own loop over the shared store. Two tabs may send the same answer, which the server takes for
 * what it is (the same key, the same text); a lock would be worse, because a sleeping tab could hold it.
 *
 * @typedef {import('./api.js').Problem} Problem
 * @typedef {import('./types.js').ResponseBody} ResponseBody
 */

import { Alarm, pause } from './patience.js';

/**
 * What a refusal means for the answer that was sent.
 * - `settled`: the server has an answer to this trial already, and the first counts
 * - `rejected`: this answer cannot be taken; the trial has to be answered again
 * - `refused`: no answer of this participation is taken (closed, withdrawn, unknown, not allowed)
 * @param {number} status
 */
export function verdict(status) {
  if (status === 409) return 'settled';
  if (status === 400 || status === 413 || status === 422) return 'rejected';
  return 'refused';
}

export class SendQueue {
  #store;
  #send;
  #events;
  #alarm = new Alarm();
  #running = false;
  #halted = false;
  #failing = false;

  /**
   * @param {object} parts
   * @param {import('./store.js').Store} parts.store
   * @param {(trial: number, body: ResponseBody) => Promise<void>} parts.send
   * @param {() => void} parts.onChange                        something was sent, or could not be
   * @param {(trial: number, problem: Problem) => void} parts.onRejected
   * @param {(problem: Problem) => void} parts.onRefused       the queue has stopped; what waits is kept
   */
  constructor({ store, send, ...events }) {
    this.#store = store;
    this.#send = send;
    this.#events = events;
  }

  /** How many answers the server does not have yet. */
  get waiting() {
    return this.#store.pendingCount();
  }

  /** Whether the last attempt failed and another will be made. */
  get failing() {
    return this.#failing;
  }

  /** There is something to send, or the network is back: try now. */
  poke() {
    this.#alarm.ring();
    if (!this.#running && !this.#halted) this.#drain();
  }

  /** Sends nothing more; what waits stays in the store. */
  halt() {
    this.#halted = true;
    this.#alarm.ring();
  }

  /** After `halt`: sends again. */
  proceed() {
    this.#halted = false;
    this.poke();
  }

  async #drain() {
    this.#running = true;
    let failures = 0;
    while (!this.#halted && this.waiting > 0) {
      const problem = await this.#round();
      failures = problem ? failures + 1 : 0;
      this.#changed(problem !== null);
      if (problem) await pause(problem, failures, { alarm: this.#alarm, wanted: () => !this.#halted });
    }
    this.#running = false;
    this.#changed(false);
  }

  /**
   * Offers each answer once.
   * @returns {Promise<Problem|null>} why another round is needed
   */
  async #round() {
    let last = null;
    for (const { trial, body } of this.#store.pending()) {
      if (this.#halted) return null;
      const problem = await this.#offer(trial, body);
      if (!problem) continue;
      last = problem;
      // A lost network and an overload meet all answers alike. A fault of the server may be about this one alone,
      // and must not hold up the others.
      if (problem.status !== 500) break;
    }
    return last;
  }

  /** @returns {Promise<Problem|null>} what stands against this answer for now */
  async #offer(trial, body) {
    try {
      await this.#send(trial, body);
      this.#store.settle(trial);
    } catch (problem) {
      if (problem.passing) return problem;
      this.#conclude(trial, problem);
    }
    return null;
  }

  #conclude(trial, problem) {
    switch (verdict(problem.status)) {
      case 'settled':
        this.#store.settle(trial);
        break;
      case 'rejected':
        this.#store.reopen([trial]);
        this.#events.onRejected(trial, problem);
        break;
      case 'refused':
        this.#halted = true;
        this.#events.onRefused(problem);
        break;
    }
  }

  #changed(failing) {
    this.#failing = failing;
    this.#events.onChange();
  }
}
