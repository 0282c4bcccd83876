// Own messages on their way: kept over reloads, sent in order, each taken in once (by client id).

import { Refused } from "./session.js";

/**
 * @typedef {object} Entry
 * @property {string} id client id
 * @property {{text: string} | {tap: string} | {location: {lat: number, lng: number}} |
 *   {link: string}} body a link is no message: it is never shown as one
 * @property {string} shown what the customer reads of it
 * @property {number} at milliseconds since 1970
 * @property {string} [after] cursor of the entry it was written behind
 * @property {"sending" | "sent" | "failed"} state sent: taken in, but not seen in the timeline yet
 * @property {boolean} [isRefused] the server does not want it: only the customer sends it again
 */

const TRIES = 3;
const PAUSE_MILLISECONDS = 1000;

export class Outbox {
  /**
   * @param {import("./store.js").Store} store
   * @param {import("./session.js").Session} session
   */
  constructor(store, session) {
    this.store = store;
    this.session = session;
    this.sending = null;
    /**
     * What was written in this tab. Browsers may let one tab's write undo another's that was made
     * at the same moment; a message must not be lost to that.
     * @type {Map<string, Entry>}
     */
    this.mine = new Map();
    this.onChange = () => {};
    this.onTaken = () => {};
    this.onRefused = () => {};
  }

  /** @returns {Entry[]} */
  get entries() {
    const kept = this.store.read().outbox ?? [];
    const ids = new Set(kept.map((entry) => entry.id));
    return [...kept, ...[...this.mine.values()].filter((entry) => !ids.has(entry.id))];
  }

  /**
   * Put a message in and send it.
   * @param {Entry["body"]} body @param {string} shown @param {string} [after]
   */
  add(body, shown, after) {
    const entry = { id: newId(), body, shown, at: Date.now(), after, state: "sending" };
    const before = this.entries;
    this.mine.set(entry.id, entry);
    this.keep([...before, entry]);
    this.retry();
  }

  /** The customer wants what failed to be sent again, whatever the server said to it. */
  again() {
    this.keep(this.entries.map((entry) => ({ ...entry, isRefused: undefined })));
    this.retry();
  }

  /** Send what is not sent yet, oldest first. */
  retry() {
    const entries = this.entries;
    const waits = ({ state, isRefused }) => state === "failed" && !isRefused;
    if (entries.some(waits)) {
      this.keep(entries.map((entry) => (waits(entry) ? { ...entry, state: "sending" } : entry)));
    }
    // Other tabs may be sending the same: the server takes each message in once.
    this.sending ??= this.pump().finally(() => {
      this.sending = null;
      // What came in while the last one was being dealt with.
      if (this.next() && !this.stopped) this.retry();
    });
  }

  /** These are in the timeline now, or never will be. @param {Set<string>} ids */
  settle(ids) {
    const entries = this.entries;
    const left = entries.filter((entry) => !ids.has(entry.id));
    for (const id of ids) this.mine.delete(id);
    if (left.length < entries.length) this.keep(left);
  }

  /** The timeline was read anew: what had been taken in is shown there, or belongs elsewhere. */
  settleSent() {
    this.settle(new Set(this.entries.filter((e) => e.state === "sent").map((e) => e.id)));
  }

  next() {
    return this.entries.find((entry) => entry.state === "sending");
  }

  async pump() {
    this.stopped = false;
    let tries = 0;
    for (let entry = this.next(); entry; entry = this.next()) {
      try {
        await this.session.open();
        await this.session.call("POST", "messages", {
          body: { client_id: entry.id, ...entry.body },
        });
        tries = 0;
        if (entry.body.link) this.settle(new Set([entry.id]));
        else this.mark(entry.id, "sent");
        this.onTaken(entry.body);
      } catch (error) {
        tries += 1;
        if (!(await this.goesOn(error, entry, tries))) return;
      }
    }
  }

  /** After a failure: shall the queue be tried again? */
  async goesOn(error, entry, tries) {
    if (error instanceof Refused && error.isFinal) {
      if (entry.body.link) this.settle(new Set([entry.id]));
      else this.mark(entry.id, "failed", true);
      this.onRefused(error, entry.body);
      return true;
    }
    if (error instanceof Refused && error.status === 429) {
      this.onRefused(error, entry.body);
      await pause(Math.max(error.retryAfter, 1) * 1000);
      return true;
    }
    if (tries < TRIES && navigator.onLine) {
      // A session that is over is followed by a new one at once.
      if (error.type === "unauthenticated") return true;
      await pause(PAUSE_MILLISECONDS * tries * (1 + Math.random()));
      return true;
    }
    this.stopped = true;
    // Without a network it is no failure: it goes out as soon as there is one.
    if (navigator.onLine) this.failAll();
    return false;
  }

  failAll() {
    this.keep(this.entries.map((e) => (e.state === "sending" ? { ...e, state: "failed" } : e)));
  }

  mark(id, state, isRefused) {
    const marked = (entry) => (entry.id === id ? { ...entry, state, isRefused } : entry);
    this.keep(this.entries.map(marked));
  }

  /** Another customer uses this browser now. */
  forget() {
    this.mine.clear();
  }

  keep(outbox) {
    for (const entry of outbox) if (this.mine.has(entry.id)) this.mine.set(entry.id, entry);
    this.store.write({ outbox });
    this.onChange();
  }
}

/** A random name for a message; `randomUUID` is not there on pages without TLS. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
