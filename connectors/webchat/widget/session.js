// Who we are to the server, and every call to it.

/** The server's no: `status`, `type` (the problem's name), `detail` for the customer, seconds. */
export class Refused extends Error {
  constructor(status, type, detail, retryAfter) {
    super(`${status} ${type}`);
    Object.assign(this, { status, type, detail, retryAfter });
  }

  /** Would the same call be refused again and again? */
  get isFinal() {
    return this.status >= 400 && this.status < 500 && ![401, 408, 425, 429].includes(this.status);
  }
}

const CALL_MILLISECONDS = 20_000;

export class Session {
  /**
   * @param {string} base address of the web chat on the server
   * @param {import("./store.js").Store} store
   * @param {() => string} locale
   */
  constructor(base, store, locale) {
    this.base = base;
    this.store = store;
    this.locale = locale;
    this.opening = null;
    this.onLost = () => {};
    this.onOpened = () => {};
  }

  get token() {
    return this.store.read().token;
  }

  /** Open a session where there is none; tabs that do so at the same time share one. */
  open() {
    this.opening ??= alone(`${this.store.key}-session`, () => this.begin()).finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  async begin() {
    if (this.token) return;
    const body = { locale: this.locale() };
    const opened = await json(await this.fetch("POST", "sessions", { body }));
    this.store.write({ token: opened.token, start: opened.cursor, seen: opened.cursor });
    this.onOpened();
  }

  /** The session's token was refused: forget it, unless another tab has a new one already. */
  lose(token) {
    if (this.token !== token) return;
    this.store.write({ token: undefined, start: undefined, seen: undefined });
    this.onLost();
  }

  /** Call the server in this session; the JSON it answers, if any. Raises as `request` does. */
  async call(method, path, options) {
    return json(await this.request(method, path, options));
  }

  /**
   * The server's response in this session. Raises `Refused`, or what `fetch` raises when the
   * network is gone. A refused token ends the session.
   */
  async request(method, path, { body, signal } = {}) {
    const token = this.token;
    try {
      return await this.fetch(method, path, { body, signal, token });
    } catch (error) {
      if (error instanceof Refused && error.type === "unauthenticated") this.lose(token);
      throw error;
    }
  }

  async fetch(method, path, { body, signal, token } = {}) {
    const headers = {};
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body) headers["Content-Type"] = "application/json";
    const response = await fetch(new URL(path, this.base), {
      method,
      headers,
      body: body && JSON.stringify(body),
      signal: signal ?? AbortSignal.timeout(CALL_MILLISECONDS),
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
    if (!response.ok) throw await refused(response);
    return response;
  }
}

/** A body is always read to its end: what is left of it would be taken for a broken connection. */
async function json(response) {
  const text = await response.text();
  return text ? JSON.parse(text) : null;
}

async function refused(response) {
  const problem = await response.json().catch(() => ({}));
  const type = String(problem.type ?? "").replace(/^urn:problem:/u, "");
  const seconds = Number(response.headers.get("Retry-After")) || 0;
  return new Refused(response.status, type, problem.detail, seconds);
}

/** Do something in one tab at a time, where the browser can see to that. */
function alone(name, work) {
  return navigator.locks ? navigator.locks.request(name, work) : work();
}
