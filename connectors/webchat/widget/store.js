// What outlives the page, under one key of the browser's storage.

/**
 * @typedef {object} Kept
 * @property {string} [token] of the session
 * @property {string} [start] where this account's timeline begins; another one is another account
 * @property {string} [seen] cursor of the last entry the customer has seen
 * @property {string} [draft] what stands in the composer
 * @property {string} [locale] the language the customer chose
 * @property {import("./outbox.js").Entry[]} [outbox] own messages that are not in the timeline yet
 */

export class Store {
  /** @param {string} key */
  constructor(key) {
    this.key = key;
    this.listeners = new Set();
    /** Stands in where the browser keeps nothing for us. @type {string | null} */
    this.memory = null;
    addEventListener("storage", (event) => {
      // `key` is null when everything was cleared.
      if (event.key === key || event.key === null) this.tell();
    });
  }

  /** @returns {Kept} */
  read() {
    let text = this.memory;
    try {
      text = localStorage.getItem(this.key) ?? text;
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

  /** Change some of it; what is `undefined` is dropped. @param {Partial<Kept>} changes */
  write(changes) {
    const text = JSON.stringify({ ...this.read(), ...changes });
    try {
      localStorage.setItem(this.key, text);
      this.memory = null;
    } catch {
      this.memory = text;
    }
  }

  /** Drop everything. */
  clear() {
    this.memory = null;
    try {
      localStorage.removeItem(this.key);
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
