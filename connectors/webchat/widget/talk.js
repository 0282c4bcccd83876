// The conversation as this page knows it: the server's entries in order, then what is on its way.

/**
 * @typedef {object} Item an entry of the timeline, as the server tells it
 * @property {string} cursor
 * @property {"bot" | "agent" | "system" | "customer"} author
 * @property {string} at RFC 3339
 * @property {string} [name]
 * @property {string} [avatar] address of a person's picture
 * @property {string} [client_id] of the customer's own message
 * @property {string} [text]
 * @property {{label: string, tap: string}[]} [choices]
 * @property {{title: string, text?: string, image_url?: string, choices?: object[]}[]} [cards]
 * @property {{url: string, alt: string}} [picture]
 * @property {{name: string, address: string, lat: number, lng: number}} [place]
 */

/** So many entries, or a few more, the server tells at a time. */
const PAGE = 50;
const TYPING_MILLISECONDS = 12_000;
/** A person who goes on writing is told of again before this is over. */
const WRITING_MILLISECONDS = 6000;
const COUNTER = { author: "bot" };

export class Talk {
  /** @param {import("./outbox.js").Outbox} outbox */
  constructor(outbox) {
    this.outbox = outbox;
    /** @type {Item[]} */
    this.items = [];
    this.cursors = new Set();
    /** What this page itself has to say: above the first message, under the last one. */
    this.preface = null;
    this.notice = null;
    /** How to go on elsewhere, when that was asked for. @type {object | null} */
    this.invitation = null;
    /** Was it asked whether to end the talk? */
    this.isLeaving = false;
    /** Until when an answer may be shown as being written, and by whom. */
    this.typingUntil = 0;
    this.writer = COUNTER;
    /** Is there more above the first entry? */
    this.hasEarlier = false;
  }

  /** Where to read on. */
  get cursor() {
    return this.items.at(-1)?.cursor;
  }

  get isEmpty() {
    return this.items.length === 0 && this.outbox.entries.length === 0 && !this.typing;
  }

  /** Own messages the timeline does not show yet. */
  get pending() {
    const shown = new Set(this.items.map((item) => item.client_id));
    return this.outbox.entries.filter((entry) => !entry.body.link && !shown.has(entry.id));
  }

  /** Of those, what the server does not refuse: it will be there soon. */
  get coming() {
    return this.pending.filter((entry) => !entry.isRefused);
  }

  /** All that was said, in order; what was refused, where it was written. @returns {object[]} */
  get said() {
    const refused = this.pending.filter((entry) => entry.isRefused);
    const before = refused.filter((entry) => !this.cursors.has(entry.after));
    const behind = (item) => refused.filter((entry) => entry.after === item.cursor);
    return [...before, ...this.items.flatMap((item) => [item, ...behind(item)]), ...this.coming];
  }

  /** Is a talk from another channel on its way here? */
  get isBringing() {
    return this.outbox.entries.some((entry) => entry.body.link);
  }

  /** Who answers: the author of the last message that is not the customer's. */
  get partner() {
    return this.items.findLast((item) => item.author === "bot" || item.author === "agent");
  }

  /** Start over with these entries. @param {Item[]} items */
  replace(items) {
    this.items = [];
    this.cursors.clear();
    this.typingUntil = 0;
    this.hasEarlier = items.length >= PAGE;
    this.append(items);
  }

  /** Entries behind the last one; those already here stay. @returns {Item[]} new ones */
  append(items) {
    const fresh = this.unknown(items);
    this.items.push(...fresh);
    if (fresh.some((item) => item.author !== "customer")) this.typingUntil = 0;
    this.outbox.settle(new Set(fresh.map((item) => item.client_id).filter(Boolean)));
    return fresh;
  }

  /** Entries before the first one. @param {Item[]} items */
  prepend(items) {
    this.hasEarlier = items.length >= PAGE;
    this.items.unshift(...this.unknown(items));
  }

  unknown(items) {
    const fresh = items.filter((item) => !this.cursors.has(item.cursor));
    for (const item of fresh) this.cursors.add(item.cursor);
    return fresh;
  }

  /** A message was taken in: an answer may be on its way. */
  await() {
    const last = this.items.at(-1);
    const isAnswered = last && last.author !== "customer" && this.coming.length === 0;
    // A person may take their time; the server tells when they write.
    if (isAnswered || this.partner?.author === "agent") return;
    this.writer = COUNTER;
    this.typingUntil = Date.now() + TYPING_MILLISECONDS;
  }

  /** The server says who is writing. @param {{author: string, name?: string}} writer */
  hearWriting(writer) {
    this.writer = writer;
    this.typingUntil = Date.now() + WRITING_MILLISECONDS;
  }

  /** Milliseconds for which an answer may still be shown as being written. */
  get typing() {
    return Math.max(this.typingUntil - Date.now(), 0);
  }

  /** The customer goes on: what this page had to say beside the talk has been read. */
  clearAsides() {
    this.notice = this.invitation = null;
    this.isLeaving = false;
  }

  /** How many messages came after the one the customer has seen. @param {string} [seen] */
  unread(seen) {
    if (!seen) return 0;
    const from = this.items.findIndex((item) => item.cursor === seen) + 1;
    return this.items.slice(from).filter((item) => item.author !== "customer").length;
  }
}
