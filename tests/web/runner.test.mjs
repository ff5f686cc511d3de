// The parts of the participant's runner that need no browser: `node --test tests/web/`.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';

const run = new URL('../../crates/gateway/assets/run/', import.meta.url);
const load = (name) => import(new URL(name, run).href);

const { countChars, objection, withoutControls } = await load('answer.js');
const { Problem, retryAfterMs } = await load('api.js');
const { urlParameters } = await load('consent.js');
const { languageFor, textsIn } = await load('i18n.js');
const { versionFor } = await load('images.js');
const { Alarm, delayMs, patiently } = await load('patience.js');
const { SendQueue, verdict } = await load('queue.js');
const { targetPath } = await load('stage.js');
const { MemoryStorage, Store } = await load('store.js');
const { TrialClock } = await load('timing.js');

const RUN = {
  participation_id: 'p1',
  token: 'secret',
  experiment: { title: 'Things', question: 'What is this?', language: 'en', slug: 'things' },
  trials: [0, 1, 2].map((trial) => ({ trial, key: `s${trial}`, question: 'What?', kind: 'colour', colour: '#808080' })),
  answered: [],
  completed: false,
  completion_code: null,
};

function freshStore(storage = new MemoryStorage(), slug = 'things') {
  const store = new Store(storage, slug);
  store.keepParticipation({ id: 'p1', token: 'secret', completionCode: null });
  store.keepRun(RUN);
  return store;
}

test('an answer has 1 to 500 characters, counted as the server counts them', () => {
  assert.equal(objection('  '), 'empty');
  assert.equal(objection(' light  blue '), null);
  assert.equal(countChars('😀é'), 2);
  assert.equal(objection('😀'.repeat(500)), null);
  assert.equal(objection('😀'.repeat(501)), 'tooLong');
});

test('control characters and half characters become spaces, everything else stays', () => {
  assert.equal(withoutControls('deep\tblue\u0000'), 'deep blue ');
  assert.equal(withoutControls('a\ud83d'), 'a ');
  assert.equal(withoutControls('naïve 苹果 😀 \u200d'), 'naïve 苹果 😀 \u200d');
});

test('no link is too long to take part', () => {
  assert.deepEqual(urlParameters('?PROLIFIC_PID=5f&STUDY_ID=%C3%A9'), { PROLIFIC_PID: '5f', STUDY_ID: 'é' });
  const long = urlParameters(`?=none&${'n'.repeat(101)}=x&utm=${'v'.repeat(600)}&${'a=1&'.repeat(3)}`);
  assert.deepEqual(long, { utm: 'v'.repeat(500), a: '1' });
  const many = new URLSearchParams(Array.from({ length: 60 }, (_, place) => [`p${place}`, '1']));
  assert.equal(Object.keys(urlParameters(`?${many}`)).length, 40);
});

test('the version of a picture follows the place it fills and the density of the screen', () => {
  const image = { url: 'full', width: 1600, height: 1200, versions: [{ url: 'w960', width: 960 }, { url: 'w480', width: 480 }] };
  assert.equal(versionFor(image, { width: 360, height: 780 }, 1), 'w480');
  assert.equal(versionFor(image, { width: 360, height: 780 }, 2), 'w960');
  assert.equal(versionFor(image, { width: 360, height: 780 }, 3), 'full');
  assert.equal(versionFor(image, { width: 1600, height: 300 }, 1), 'w480', 'the height can be what limits it');
  assert.equal(versionFor({ url: 'only', width: 300, height: 300 }, { width: 900, height: 900 }, 2), 'only');
});

test('a target is drawn in the pixels of its picture', () => {
  const box = { shape: 'box', x: 0.25, y: 0.5, width: 0.5, height: 0.25, style: 'outline' };
  assert.equal(targetPath(box, 800, 400), 'M200 200L600 200L600 300L200 300Z');
  const polygon = { shape: 'polygon', points: [[0, 0], [1, 0], [0.5, 1]], style: 'dim' };
  assert.equal(targetPath(polygon, 300, 100), 'M0 0L300 0L150 100Z');
});

test('times count from the paint to the first key that produced text', () => {
  const clock = new TrialClock();
  clock.painted(1_000, Date.UTC(2026, 10, 22, 10));
  clock.key(1_500);
  clock.input(1_504, 'insertText', false);
  clock.input(1_700, 'insertText', false);
  clock.input(1_800, 'deleteContentBackward', false);
  clock.input(1_900, 'insertText', true);
  clock.focusLost();
  assert.deepEqual(clock.submitted(3_000.4), {
    shown_at: '2026-11-22T10:00:00.000Z',
    first_key_ms: 500,
    submitted_ms: 2000,
    edits: 2,
    pasted: false,
    focus_losses: 1,
  });
});

test('composing is not editing, and pasting is told', () => {
  const clock = new TrialClock({ edits: 1, pasted: false, focus_losses: 2 });
  clock.painted(0, 0);
  clock.input(5_000, 'insertCompositionText', true);
  clock.input(5_100, 'deleteCompositionText', true);
  clock.input(5_200, 'insertFromPaste', false);
  const timing = clock.submitted(6_000);
  assert.equal(timing.first_key_ms, 5000, 'a key press long ago did not cause it');
  assert.deepEqual(clock.counts, { edits: 1, pasted: true, focus_losses: 2 });
});

test('what was never painted has no times', () => {
  assert.deepEqual(new TrialClock().submitted(9_000), { edits: 0, pasted: false, focus_losses: 0 });
});

test('waits double up to half a minute, half of them by chance', () => {
  assert.equal(delayMs(1, () => 1), 500);
  assert.equal(delayMs(1, () => 0), 250);
  assert.equal(delayMs(3, () => 1), 2_000);
  assert.equal(delayMs(40, () => 1), 30_000);
});

test('Retry-After is read as seconds or a date, and bounded', () => {
  const now = Date.UTC(2026, 10, 22, 10, 0, 0);
  assert.equal(retryAfterMs('2', now), 2_000);
  assert.equal(retryAfterMs('Sun, 22 Nov 2026 10:00:07 GMT', now), 7_000);
  assert.equal(retryAfterMs('Sun, 22 Nov 2026 09:00:00 GMT', now), 0);
  assert.equal(retryAfterMs('999999', now), 300_000);
  assert.equal(retryAfterMs('soon', now), 0);
  assert.equal(retryAfterMs(null, now), 0);
});

test('a Retry-After is waited for even when the alarm rings', async () => {
  const alarm = new Alarm();
  let calls = 0;
  const started = performance.now();
  const trying = patiently(
    async () => {
      calls += 1;
      if (calls === 1) throw new Problem(503, {}, 300);
      return 'done';
    },
    { alarm, onFailure: () => setTimeout(() => alarm.ring(), 20) },
  );
  assert.equal(await trying, 'done');
  assert.ok(performance.now() - started >= 295);
});

test('each status says what becomes of the answer', () => {
  assert.deepEqual([409, 422, 400, 410, 403, 404].map(verdict), ['settled', 'rejected', 'rejected', 'refused', 'refused', 'refused']);
  assert.deepEqual([0, 408, 429, 500, 503].map((status) => new Problem(status).passing), [true, true, true, true, true]);
  assert.deepEqual([400, 403, 404, 409, 410, 422].some((status) => new Problem(status).passing), false);
});

test('the first answer to a trial counts, in whichever tab', () => {
  const storage = new MemoryStorage();
  const [one, two] = [freshStore(storage), new Store(storage, 'things')];
  assert.equal(one.add(0, { text: 'red' }), true);
  assert.equal(two.add(0, { text: 'crimson' }), false);
  assert.deepEqual(two.pending(), [{ trial: 0, body: { text: 'red' } }]);
  two.settle(0);
  assert.deepEqual(one.pending(), []);
  assert.deepEqual([...one.answeredTrials()], [0]);
});

test('experiments whose slugs begin alike do not see each other', () => {
  const storage = new MemoryStorage();
  const one = freshStore(storage, 'things');
  const other = freshStore(storage, 'things-2');
  other.add(1, { text: 'blue' });
  assert.equal(one.pendingCount(), 0);
  one.clear();
  assert.equal(other.pendingCount(), 1);
});

test('what the server turns out not to have is sent again', () => {
  const store = freshStore();
  store.add(0, { text: 'red' });
  store.settle(0);
  store.keepRun({ ...RUN, answered: [] });
  assert.deepEqual(store.pending(), [{ trial: 0, body: { text: 'red' } }]);
  assert.deepEqual(store.requeue([0, 2]), [2], 'of trial 2 nothing is kept');
});

test('a finished run leaves only its code behind, a withdrawn one nothing', () => {
  const storage = new MemoryStorage();
  const store = freshStore(storage);
  store.add(0, { text: 'red' });
  store.finish('ABCD-EFGH');
  assert.equal(storage.length, 1);
  assert.equal(store.participation().completionCode, 'ABCD-EFGH');
  store.clear();
  assert.equal(storage.length, 0);
});

test('a full storage loses nothing while the page is open', () => {
  const storage = new MemoryStorage();
  const store = freshStore(storage);
  storage.setItem = () => {
    throw new Error('quota');
  };
  assert.equal(store.add(0, { text: 'red' }), true);
  assert.equal(store.pendingCount(), 1);
  store.settle(0);
  assert.equal(store.pendingCount(), 0);
});

test('the queue sends in order, settles conflicts, hands back what cannot be taken, and keeps what is refused', async () => {
  const store = freshStore();
  const answers = [new Problem(409), new Problem(422), new Problem(410)];
  const seen = [];
  await new Promise((done) => {
    const queue = new SendQueue({
      store,
      send: async (trial, body) => {
        seen.push([trial, body.text]);
        throw answers[trial];
      },
      onChange: () => {},
      onRejected: (trial) => seen.push(['rejected', trial]),
      onRefused: done,
    });
    ['a', 'b', 'c'].forEach((text, trial) => store.add(trial, { text }));
    queue.poke();
  });
  assert.deepEqual(seen, [[0, 'a'], [1, 'b'], ['rejected', 1], [2, 'c']]);
  assert.equal(store.pendingCount(), 1, 'the refused answer is kept');
  assert.deepEqual([...store.answeredTrials()].sort(), [0, 2], 'the rejected trial is open again');
});

test('one answer that the server fails on does not hold up the others', async () => {
  const store = freshStore();
  const sent = [];
  let healed = false;
  await new Promise((done) => {
    const queue = new SendQueue({
      store,
      send: async (trial) => {
        sent.push(trial);
        if (trial === 0 && !healed) throw new Problem(500);
      },
      onChange: () => {
        if (queue.failing) {
          assert.deepEqual(sent, [0, 1, 2]);
          assert.equal(queue.waiting, 1);
          healed = true;
          queue.poke();
        } else if (queue.waiting === 0) done();
      },
      onRejected: () => {},
      onRefused: () => {},
    });
    [0, 1, 2].forEach((trial) => store.add(trial, { text: 'a' }));
    queue.poke();
  });
  assert.deepEqual([...store.answeredTrials()], [0, 1, 2]);
});

test('every language has every text with its blanks', async () => {
  const files = (await readdir(new URL('texts/', run))).map((name) => name.replace('.js', ''));
  const english = (await load('texts/en.js')).default;
  const blanks = (text) => (text.match(/\{\w+\}/g) ?? []).sort();
  assert.ok(files.length >= 8);
  for (const language of files) {
    assert.equal(languageFor(language), language, `${language} is offered`);
    const table = (await load(`texts/${language}.js`)).default;
    assert.deepEqual(Object.keys(table), Object.keys(english), language);
    for (const key of Object.keys(english)) assert.deepEqual(blanks(table[key]), blanks(english[key]), `${language}.${key}`);
  }
});

test('a language that is not spoken here falls back to English', async () => {
  assert.equal(languageFor('pt-BR'), 'pt');
  assert.equal(languageFor('sw'), 'en');
  const texts = await textsIn('en');
  assert.equal(texts('progress', { n: 3, total: 20 }), '3 of 20');
});
