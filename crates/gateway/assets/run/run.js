/**
 * A participation from consent to completion code: which view comes next, and why.
 *
 * What was answered is read from the store each time, never remembered here: so a reload, a second tab and a
 * returning network all take the same path.
 *
 * @typedef {import('./types.js').Participation} Participation
 * @typedef {import('./types.js').Run} Run
 * @typedef {import('./types.js').Trial} Trial
 */

import { httpApi, Problem } from './api.js';
import { installConsent } from './consent.js';
import { fillIn, languageFor, textsIn } from './i18n.js';
import { Alarm, patiently } from './patience.js';
import { previewApi } from './preview.js';
import { SendQueue } from './queue.js';
import { MemoryStorage, openStorage, Store } from './store.js';
import { TrialView } from './trial_view.js';
import { byId, copyText, Views } from './views.js';
import { installWithdrawal } from './withdraw.js';

/** How many pictures are loaded ahead. */
const AHEAD = 2;
/** A server that says nothing for this long is not waited for when the run can go on without it. */
const RESUME_PATIENCE_MS = 4_000;

class Runner {
  #config;
  #texts;
  #api;
  #store;
  #queue;
  #views = new Views();
  #trialView;
  #alarm = new Alarm();
  /** @type {Participation|null} */
  #participation = null;
  /** @type {Trial[]} */
  #trials = [];
  /** What to say when a trial comes up again. @type {Map<number, string>} */
  #notices = new Map();
  #completing = false;
  #sentAgain = false;

  /** @param {{config: import('./types.js').Config, texts: (key: string, values?: object) => string}} parts */
  constructor({ config, texts }) {
    this.#config = config;
    this.#texts = texts;
    this.#api = config.preview ? previewApi(config.preview) : httpApi(config.slug);
    this.#store = new Store(config.preview ? new MemoryStorage() : openStorage(), config.slug);
    this.#queue = new SendQueue({
      store: this.#store,
      send: (trial, body) => this.#api.respond(this.#participation, trial, body),
      onChange: () => this.#queueChanged(),
      onRejected: (trial) => this.#rejected(trial),
      onRefused: () => this.#refuse(),
    });
    this.#trialView = new TrialView({
      texts,
      onAnswer: (trial, body) => this.#answer(trial, body),
      onDraft: (draft) => this.#store.keepDraft(draft),
    });
    this.#install();
  }

  async start() {
    this.#participation = this.#store.participation();
    if (this.#participation?.completionCode) this.#thank();
    else if (this.#participation) await this.#resume();
    else this.#views.show(this.#config.admits ? 'consent' : 'closed');
  }

  #install() {
    if (this.#config.admits) {
      installConsent({
        config: this.#config,
        texts: this.#texts,
        begin: (start) => this.#begin(start),
        onClosed: () => this.#views.show('closed'),
      });
    }
    installWithdrawal({
      texts: this.#texts,
      withdraw: () => this.#api.withdraw(this.#participation),
      onStart: () => this.#queue.halt(),
      onDone: () => this.#goodbye(),
      onFailed: () => this.#queue.proceed(),
    });
    byId('copy-code').addEventListener('click', async () => {
      await copyText(byId('completion-code'));
      byId('copy-status').textContent = this.#texts('copied');
    });
    for (const button of document.querySelectorAll('[data-again]')) {
      button.addEventListener('click', () => this.#previewAgain());
    }
    window.addEventListener('storage', (event) => this.#store.owns(event.key) && this.#follow());
    window.addEventListener('pageshow', (event) => event.persisted && this.#follow());
    window.addEventListener('online', () => this.#wake());
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.#wake());
  }

  /** @param {object} start */
  async #begin(start) {
    if (this.#store.participation()) return this.start();
    const run = await this.#api.begin(start);
    this.#store.keepParticipation({ id: run.participation_id, token: run.token, completionCode: null });
    return this.#continue(run);
  }

  async #resume() {
    const kept = this.#store.run();
    const participation = this.#participation;
    try {
      const ask = () => this.#api.resume(participation);
      const onFailure = () => (byId('loading-text').textContent = this.#texts('reconnecting'));
      const run = kept ? await promptly(ask) : await patiently(ask, { alarm: this.#alarm, onFailure });
      this.#continue(run);
    } catch (problem) {
      if (problem.passing) this.#continue(kept);
      else if (problem.status !== 410 && this.#queue.waiting === 0) this.#forget();
      else this.#refuse();
    }
  }

  /** The server knows nothing of this participation, and nothing would be lost: begin anew. */
  #forget() {
    this.#store.clear();
    this.start();
  }

  /** @param {Run} run */
  #continue(run) {
    this.#participation = this.#store.participation();
    this.#trials = run.trials;
    if (run.completed && run.completion_code) {
      this.#store.finish(run.completion_code);
      return this.#thank();
    }
    this.#store.keepRun(run);
    this.#queue.poke();
    return this.#advance();
  }

  /** Shows the first trial without an answer; without one left, the run is finished. */
  #advance(notice = null) {
    const answered = this.#store.answeredTrials();
    const open = this.#trials.filter((trial) => !answered.has(trial.trial));
    if (open.length === 0) return this.#finish();
    const [trial, ...rest] = open;
    this.#views.show('trial');
    this.#trialView.open(trial, {
      total: this.#trials.length,
      next: rest.slice(0, AHEAD),
      draft: this.#store.draft(trial.trial),
      notice: this.#notices.get(trial.trial) ?? notice,
    });
  }

  #answer(trial, body) {
    const counts = this.#store.add(trial.trial, body);
    this.#notices.delete(trial.trial);
    this.#queue.poke();
    this.#advance(counts ? null : this.#texts('otherTab'));
  }

  #rejected(trial) {
    this.#notices.set(trial, this.#texts('rejected'));
    if (this.#views.current === 'finishing') this.#advance();
  }

  #queueChanged() {
    const waiting = this.#queue.waiting;
    const failing = this.#queue.failing && waiting > 0;
    if (failing) this.#tell(this.#texts('waiting', { n: waiting }), true);
    else if (waiting === 0 && this.#store.answeredTrials().size > 0) this.#tell(this.#texts('saved'), false);
    if (this.#views.current === 'finishing') this.#complete();
  }

  /** Says how the answers stand. Unchanged text is left alone, so that screen readers do not repeat it. */
  #tell(status, isWaiting) {
    for (const element of document.querySelectorAll('[data-save-status]')) {
      if (element.textContent !== status) element.textContent = status;
      element.classList.toggle('is-waiting', isWaiting);
    }
  }

  #finish() {
    this.#trialView.close();
    this.#views.show('finishing');
    this.#complete();
  }

  /** Asks for the completion code once the server has every answer. */
  async #complete() {
    if (this.#completing || this.#queue.waiting > 0) return;
    this.#completing = true;
    try {
      const wanted = () => this.#views.current === 'finishing';
      const code = await patiently(() => this.#api.complete(this.#participation), { alarm: this.#alarm, wanted });
      if (code !== undefined) {
        this.#store.finish(code);
        this.#thank();
      }
    } catch (problem) {
      if (problem.status === 409 && problem.missing.length > 0) this.#supply(problem.missing);
      else this.#refuse();
    } finally {
      this.#completing = false;
    }
    if (this.#views.current === 'finishing') this.#queue.poke();
  }

  /**
   * The server lacks these. What is kept here is sent once more; the rest has to be answered again.
   * @param {number[]} missing
   */
  #supply(missing) {
    this.#store.reopen(this.#sentAgain ? missing : this.#store.requeue(missing));
    this.#sentAgain = true;
    this.#advance();
  }

  #thank() {
    this.#participation = this.#store.participation();
    this.#trialView.close();
    byId('completion-code').textContent = this.#participation.completionCode;
    this.#views.show('thanks');
  }

  #goodbye() {
    this.#queue.halt();
    this.#trialView.close();
    this.#store.clear();
    this.#views.show('goodbye');
  }

  /** No answer is taken any more; what could not be sent stays in the store. */
  #refuse() {
    // An answer that was under way when the run ended is refused as well.
    if (['goodbye', 'thanks'].includes(this.#views.current)) return;
    this.#trialView.close();
    const kept = byId('kept');
    kept.textContent = this.#texts('kept', { n: this.#queue.waiting });
    kept.hidden = this.#queue.waiting === 0;
    this.#views.show('refused');
  }

  #wake() {
    this.#alarm.ring();
    this.#follow();
    if (['trial', 'finishing'].includes(this.#views.current)) this.#queue.poke();
  }

  /** Another tab may have moved on: this one follows. */
  #follow() {
    const view = this.#views.current;
    if (view === 'goodbye' || view === 'loading') return;
    const participation = this.#store.participation();
    if (view === 'consent' || view === 'closed') {
      if (participation) this.start();
    } else if (!participation) {
      this.#goodbye();
    } else if (participation.id !== this.#participation?.id) {
      location.reload();
    } else if (participation.completionCode && view !== 'thanks') {
      this.#thank();
    } else if (view === 'trial' && this.#store.answeredTrials().has(this.#trialView.trial?.trial)) {
      this.#advance(this.#texts('otherTab'));
    }
  }

  #previewAgain() {
    this.#store.clear();
    this.#queue.proceed();
    this.start();
  }
}

/** One attempt, and no longer than the participant should wait when there is another way. */
function promptly(ask) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Problem(0, { detail: 'no answer in time' })), RESUME_PATIENCE_MS);
  });
  return Promise.race([ask(), late]).finally(() => clearTimeout(timer));
}

const config = JSON.parse(byId('run-config').textContent);
const language = languageFor(config.language);
const texts = await textsIn(language);
document.documentElement.lang = language;
fillIn(document, texts);
await new Runner({ config, texts }).start();
