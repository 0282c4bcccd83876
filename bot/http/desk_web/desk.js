// What the desk knows: who I am, all open conversations, the one that is looked at.

import { call } from "./api.js";
import { moveDrafts } from "./settings.js";
import { setClock } from "./words.js";

/** A colleague who has not pressed a key for this long is no longer writing. */
const TYPING_MILLISECONDS = 6000;

/**
 * Tells of changes by events: "queue" (`detail`: ids, or null for all), "talk", "presence", "me",
 * "arrived" (somebody new waits), "answered" (a customer of mine wrote), "called" (a supervisor is
 * wanted), "colleague" (`detail`: who came, went away or is back), "joined" (a conversation of
 * mine became part of another), "moved" (the open one goes on there: `detail`).
 */
export class Desk extends EventTarget {
  /** @param {object} me as `GET me` gives it */
  constructor(me) {
    super();
    this.me = me;
    /** @type {Map<string, object>} */
    this.queue = new Map();
    /** The open conversation, and as far as it is known. */
    this.openId = "";
    this.talk = null;
    /** Where a supervisor is called for. */
    this.calls = new Set();
    this.viewers = new Map();
    this.typists = new Map();
    this.changed = null;
  }

  get isSupervisor() {
    return this.me.role === "supervisor" || this.me.role === "admin";
  }

  get isStore() {
    return this.me.role === "store";
  }

  /** Has this conversation, or its entry in the queue, me as its owner? */
  isMine(talk) {
    return talk?.state === "with_person" && talk.agent?.id === this.me.id;
  }

  /** Does it wait for somebody like me? */
  isWaiting(item) {
    if (this.isStore) return item.turn === "store";
    return !item.agent && item.turn === "us";
  }

  get waiting() {
    return [...this.queue.values()].filter((item) => this.isWaiting(item));
  }

  /** How many want something of me now. */
  get calling() {
    const isMyTurn = (item) => this.isMine(item) && item.turn === "us" && item.unread > 0;
    return this.waiting.length + [...this.queue.values()].filter(isMyTurn).length;
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  // The queue -----------------------------------------------------------------------------------

  /** Put in what `GET queue` gave. */
  fill({ items, now }) {
    setClock(now);
    const known = this.queue.size ? this.queue : null;
    this.queue = new Map(items.map((item) => [item.conversation_id, item]));
    this.tell("queue", null);
    const isNew = (item) => this.isWaiting(item) && !known.has(item.conversation_id);
    if (known && items.some(isNew)) this.tell("arrived");
  }

  /** Look at everything anew. */
  async refresh() {
    const fresh = await call("GET", "queue");
    this.fill(fresh);
    if (this.openId) await this.reread();
    return fresh.cursor;
  }

  /** An event of the stream. */
  hear(name, data) {
    const id = data.conversation_id;
    if (name === "queue") this.place(id, data.item);
    if (name === "message") this.wrote(id, data);
    if (name === "joined") this.joined(id, data.into);
    if (name === "supervisor") this.calledFor(id, data.item);
    if (name === "typing") this.types(id, data.agent);
    if (name === "viewing") {
      this.viewers.set(id, data.agents);
      if (id === this.openId) this.tell("presence");
    }
    if (name === "status") this.tell("colleague", data);
    if (name === "status" && data.agent_id === this.me.id) {
      this.me.status = data.status;
      this.tell("me");
    }
    if (name === "reset") this.refresh().catch(() => {});
  }

  place(id, item) {
    const before = this.queue.get(id);
    if (item) this.queue.set(id, item);
    else this.queue.delete(id);
    this.redraw(id);
    if (id === this.openId) this.reread();
    const wasWaiting = before && this.isWaiting(before);
    if (item && this.isWaiting(item) && !wasWaiting) this.tell("arrived");
  }

  wrote(id, { author, item }) {
    if (item) {
      this.queue.set(id, item);
      this.redraw(id);
    }
    if (id === this.openId) this.reread();
    if (author === "customer" && this.isMine(this.queue.get(id))) this.tell("answered");
    if (author === "agent") this.types(id, null);
  }

  /**
   * Two conversations became one; what I have in either may be a colleague's now. Where only what
   * was wanted of staff goes over, the old one stays readable: who has it open goes on all the same.
   */
  joined(id, into) {
    if ([id, into].some((one) => this.isMine(this.queue.get(one)))) this.tell("joined");
    if (id !== this.openId) return;
    if (this.queue.has(id)) this.follow(into);
    else this.reread();
  }

  /** A colleague wants a supervisor; it is seen until one opens the talk. */
  calledFor(id, item) {
    if (id !== this.openId) this.calls.add(id);
    this.place(id, item);
    this.tell("called");
  }

  types(id, agent) {
    if (agent?.id === this.me.id) return;
    clearTimeout(this.typists.get(id)?.timer);
    const timer = agent && setTimeout(() => this.types(id, null), TYPING_MILLISECONDS);
    if (agent) this.typists.set(id, { ...agent, timer });
    else this.typists.delete(id);
    if (id === this.openId) this.tell("presence");
  }

  /** Many events may come at once: they are drawn together. */
  redraw(id) {
    if (!this.changed) {
      this.changed = new Set();
      queueMicrotask(() => {
        const { changed } = this;
        this.changed = null;
        if (this.rank()) changed.add(this.openId);
        this.tell("queue", changed);
      });
    }
    this.changed.add(id);
  }

  /** Where one comes or goes, others move up or down: has the open one? */
  rank() {
    if (this.isStore) return false;
    const queued = [...this.queue.values()].filter(({ position }) => position).sort(inTurn);
    const before = this.queue.get(this.openId)?.position;
    queued.forEach((item, at) => (item.position = at + 1));
    return before !== this.queue.get(this.openId)?.position;
  }

  // The open conversation -----------------------------------------------------------------------

  /** Open a conversation; "" for none. */
  async open(id) {
    if (id === this.openId) return;
    // Only now: what was just sent there is no draft any more.
    if (id && id === this.moved?.into) moveDrafts(this.me.id, this.moved.from, id);
    this.moved = null;
    this.openId = id;
    this.talk = null;
    this.fault = null;
    this.tell("talk");
    if (this.calls.delete(id)) this.redraw(id);
    if (id) await this.reread();
  }

  /** Read the open conversation anew; who asks meanwhile is served by one more reading. */
  async reread() {
    if (this.reading) {
      this.stale = true;
      return this.reading;
    }
    this.reading = this.read().finally(() => (this.reading = null));
    await this.reading;
    if (this.stale) {
      this.stale = false;
      await this.reread();
    }
    return undefined;
  }

  async read() {
    const id = this.openId;
    if (!id) return;
    try {
      const fresh = await call("GET", `conversations/${id}`);
      if (id !== this.openId) this.stale = true;
      else if (fresh.id !== id) this.follow(fresh.id);
      else this.keep(fresh);
    } catch (error) {
      if (id !== this.openId) this.stale = true;
      else this.fault = error;
    }
    this.tell("talk");
  }

  /** The open conversation is part of another one now: go on there, with what was written here. */
  follow(into) {
    this.moved = { from: this.openId, into };
    this.tell("moved", into);
  }

  keep(fresh) {
    const known = this.talk?.items ?? [];
    const first = known.findIndex((item) => item.id === fresh.items[0]?.id);
    const older = first > 0 ? known.slice(0, first) : [];
    const earlier = older.length ? this.talk.earlier : fresh.earlier;
    this.fault = null;
    this.talk = { ...fresh, items: [...older, ...fresh.items], earlier };
  }

  /** What was said before the first item that is known. */
  async readEarlier() {
    const { talk } = this;
    const before = encodeURIComponent(talk.items[0].id);
    const page = await call("GET", `conversations/${talk.id}?before=${before}`);
    if (this.talk?.id !== talk.id) return;
    this.talk = {
      ...this.talk,
      items: [...page.items, ...this.talk.items],
      earlier: page.earlier,
    };
    this.tell("talk");
  }

  /** Do something with a conversation; what became of it is read at once, whatever became. */
  async act(id, action, body = {}) {
    try {
      return await call("POST", `conversations/${id}/${action}`, body);
    } finally {
      if (id === this.openId) await this.reread();
    }
  }
}

/** As the server has the queue: later ones last, then by urgency, then by the wait. */
function inTurn(one, other) {
  const key = ({ state, priority, since, conversation_id: id }) =>
    [Number(state === "deferred"), Number(!priority), since, id].join();
  return key(one) < key(other) ? -1 : 1;
}
