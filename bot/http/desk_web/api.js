// Asking the server. Who is no longer logged in is sent to the log-in page, and back afterwards.

const API = "/desk/api/";
const RETURN = "desk.return";
const WAS_IN = "desk.was_in";
const PATIENCE_MILLISECONDS = 15_000;

let csrf = "";
let gone = () => {};

/** The server said no, or (status 0) could not be reached. */
export class Refused extends Error {
  constructor(status, problem = {}, retryAfter = 0) {
    super(problem.title ?? `status ${status}`);
    this.status = status;
    this.detail = problem.detail;
    this.kind = String(problem.type ?? "").replace("urn:problem:", "");
    this.retryAfter = retryAfter;
  }
}

/** The token of this session, sent with everything that changes something. */
export function holdCsrf(token) {
  csrf = token;
  sessionStorage.setItem(WAS_IN, "yes");
}

/** What to do when the session is over. @param {() => void} then */
export function whenGone(then) {
  gone = then;
}

/**
 * Ask, and return the response; raises Refused.
 * @param {string} method @param {string} path below the API
 * @param {{body?: object, signal?: AbortSignal}} [wish]
 */
export async function request(method, path, { body, signal } = {}) {
  const headers = {};
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  if (body) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(API + path, {
      method,
      headers,
      body: body && JSON.stringify(body),
      signal,
      cache: "no-store",
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refused(0);
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  if (response.status === 401) gone();
  throw new Refused(response.status, problem, Number(response.headers.get("Retry-After")));
}

/** Ask, and return the answer's JSON, null where it has none; raises Refused. */
export async function call(method, path, body) {
  const waiting = new AbortController();
  const patience = setTimeout(() => waiting.abort(), PATIENCE_MILLISECONDS);
  try {
    const response = await request(method, path, { body, signal: waiting.signal });
    const text = await response.text();
    return text ? JSON.parse(text) : null;
  } catch (error) {
    throw error instanceof Refused ? error : new Refused(0);
  } finally {
    clearTimeout(patience);
  }
}

/** To the log-in page, and back to this place afterwards; "" for no place. */
export function leave(hash = location.hash || "#/") {
  sessionStorage.setItem(RETURN, hash);
  if (!hash) sessionStorage.removeItem(WAS_IN);
  // The browser's way back leads to a page that shows nothing any more.
  document.body.replaceChildren();
  location.assign("/desk/login");
}

/** Has a session ended under the hands of somebody? Not at a first visit, nor after a log-out. */
export function wasSentHere() {
  return Boolean(sessionStorage.getItem(RETURN) && sessionStorage.getItem(WAS_IN));
}

/** After the log-in, by whichever way: back to the place one was sent away from. */
export function comeBack() {
  const hash = sessionStorage.getItem(RETURN);
  sessionStorage.removeItem(RETURN);
  if (hash && !location.hash) history.replaceState(null, "", hash);
}
