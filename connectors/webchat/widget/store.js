// What outlives the page: the session under one key of the browser's storage, the rest under another.

/**
 * @typedef {object} Kept
 * @property {string} [token] of the session
 * @property {string} [start] where this account's timeline begins; another one is another account
 * @property {string} [seen] cursor of the last entry the customer has seen
 * @property {string} [draft] what stands in the composer
 * @property {string} [locale] the language the customer chose
 * @property {import("./outbox.js").Entry[]} [outbox] own messages that are not in the timeline yet
 */

/**
 * Browsers may let one tab's write undo another's that was made at the same moment: whatever is
 * written often must not take the session along.
 */
const SESSION = new Set(["token", "start"]);

export class Store {
  /** @param {string} key */
  constructor(key) {
    this.key = key;
    this.keys = [key, `${key}.page`];
    this.listeners = new Set();
    /** Stands in where the browser keeps nothing for us. @type {Record<string, string>} */
    this.memory = {};
    addEventListener("storage", (event) => {
      // `key` is null when everything was cleared.
      if (event.key === null || this.keys.includes(event.key)) this.tell();
    });
  }

  /** @returns {Kept} */
  read() {
    return Object.assign({}, ...this.keys.map((key) => this.part(key)));
  }

  /** Change some of it; what is `undefined` is dropped. @param {Partial<Kept>} changes */
  write(changes) {
    const [session, page] = this.keys;
    const given = Object.entries(changes);
    this.put(
      session,
      given.filter(([name]) => SESSION.has(name)),
    );
    this.put(
      page,
      given.filter(([name]) => !SESSION.has(name)),
    );
  }

  part(key) {
    let text = this.memory[key];
    try {
      text = localStorage.getItem(key) ?? text;
    } catch {
      // Storage is forbidden here: the talk lasts as long as the page.
    }
    try {
      const kept = JSON.parse(text ?? "{}");
      return kept && typeof kept === "object" ? kept : {};
    } catch {
      return {};
    }
  }

  put(key, changes) {
    if (!changes.length) return;
    const text = JSON.stringify({ ...this.part(key), ...Object.fromEntries(changes) });
    try {
      localStorage.setItem(key, text);
      delete this.memory[key];
    } catch {
      this.memory[key] = text;
    }
  }

  /** Drop everything. */
  clear() {
    this.memory = {};
    try {
      for (const key of this.keys) localStorage.removeItem(key);
    } catch {
      // Nothing was kept there.
    }
  }

  /** Call when another tab changed something. @param {() => void} listener */
  onChange(listener) {
    this.listeners.add(listener);
  }

  tell() {
    for (const listener of this.listeners) listener();
  }
}
