/**
 * The calls of the participant's side of `/api/v1`, and what can go wrong with them.
 *
 * @typedef {import('./types.js').Api} Api
 * @typedef {import('./types.js').Participation} Participation
 */

/** How long one call may take before it counts as lost. */
const TIMEOUT_MS = 15_000;
/** A `Retry-After` longer than this is cut, so that one odd header cannot end a run. */
const RETRY_AFTER_MAX_MS = 300_000;

/** A call that did not succeed. `status` 0: no (usable) answer came back. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {{detail?: string, title?: string, missing?: number[], field?: string}} [body]
   * @param {number} [retryAfterMs]
   */
  constructor(status, body = {}, retryAfterMs = 0) {
    super(body.detail ?? body.title ?? `status ${status}`);
    this.status = status;
    this.missing = Array.isArray(body.missing) ? body.missing : [];
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the same call may succeed later: no answer, overload, or a fault of the server. */
  get passing() {
    return this.status === 0 || [408, 425, 429].includes(this.status) || this.status >= 500;
  }
}

/**
 * Reads a `Retry-After` header: seconds or an HTTP date.
 * @param {string|null} header
 * @param {number} now  milliseconds since 1970
 */
export function retryAfterMs(header, now) {
  if (!header) return 0;
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), RETRY_AFTER_MAX_MS) : 0;
}

/**
 * @param {string} slug
 * @returns {Api}
 */
export function httpApi(slug) {
  return {
    begin: (start) =>
      call('POST', `/api/v1/run/${encodeURIComponent(slug)}/participations`, { body: start, expects: isRun }),

    resume: (participation) => call('GET', path(participation), { token: participation.token, expects: isRun }),

    respond: async (participation, trial, body) => {
      // `keepalive`: an answer given in the last moment is still sent when the page is closed.
      const options = { token: participation.token, body, keepalive: true, expects: isStored };
      await call('PUT', `${path(participation)}/trials/${trial}/response`, options);
    },

    complete: async (participation) => {
      const options = { token: participation.token, expects: isCompletion };
      const answer = await call('POST', `${path(participation)}/complete`, options);
      return answer.completion_code;
    },

    withdraw: async (participation) => {
      await call('DELETE', path(participation), { token: participation.token });
    },
  };
}

/** @param {Participation} participation */
function path(participation) {
  return `/api/v1/participations/${encodeURIComponent(participation.id)}`;
}

const isRun = (answer) => typeof answer?.participation_id === 'string' && Array.isArray(answer.trials);
const isStored = (answer) => answer?.status === 'stored' || answer?.status === 'already_stored';
const isCompletion = (answer) => typeof answer?.completion_code === 'string';

/**
 * @param {string} method
 * @param {string} url
 * @param {{token?: string, body?: object, keepalive?: boolean, expects?: (answer: any) => boolean}} options
 * @returns {Promise<any>}
 * @throws {Problem}
 */
async function call(method, url, { token, body, keepalive = false, expects }) {
  const headers = { accept: 'application/json' };
  if (token) headers.authorization = `Bearer ${token}`;
  if (body) headers['content-type'] = 'application/json';

  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  let reply;
  let answer;
  try {
    reply = await fetch(url, {
      method,
      headers,
      body: body && JSON.stringify(body),
      keepalive,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      signal: abort.signal,
    });
    answer = reply.status === 204 ? null : await reply.json().catch(() => undefined);
  } catch (error) {
    throw new Problem(0, { detail: String(error) });
  } finally {
    clearTimeout(timer);
  }
  if (!reply.ok) {
    const retryAfter = retryAfterMs(reply.headers.get('retry-after'), Date.now());
    throw new Problem(reply.status, answer ?? {}, retryAfter);
  }
  // A hotel's sign-in page also says 200: only the answer that was agreed upon counts.
  if (expects && !expects(answer)) throw new Problem(0, { detail: 'the answer is not from this server' });
  return answer;
}
