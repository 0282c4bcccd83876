// Reading the timeline: a stream that is resumed by cursor, long poll where a stream gives nothing.

import { Refused } from "./session.js";

const FIRST_BYTE_MILLISECONDS = 4000;
/** So often the server sends something, if only a comment. */
const HEARTBEAT_MILLISECONDS = 15_000;
const SILENCE_MILLISECONDS = 35_000;
const POLL_SECONDS = 25;
/** So long a network that swallows streams is polled before the next try. */
const POLLING_MILLISECONDS = 300_000;
const PAUSE_MILLISECONDS = 500;
const LONGEST_PAUSE_MILLISECONDS = 20_000;
/** A page nobody looks at lets go of its connection: browsers allow only six to one host. */
const HIDDEN_MILLISECONDS = 30_000;

export class Transport {
  /**
   * @param {import("./session.js").Session} session
   * @param {object} talk
   * @param {() => string | undefined} talk.cursor where to read on
   * @param {(items: object[]) => void} talk.onItems
   * @param {(writer: {author: string, name?: string}) => void} talk.onTyping
   * @param {(connected: boolean) => void} talk.onState
   */
  constructor(session, { cursor, onItems, onTyping, onState }) {
    Object.assign(this, { session, cursor, onItems, onTyping, onState });
    this.failures = 0;
    this.pollUntil = 0;
    this.heardAt = 0;
    this.asleep = document.visibilityState === "hidden";
    /** The loop that reads; another one, or none, ends it. @type {object | null} */
    this.reading = null;
    this.kicked = () => {};
    this.connection = new AbortController();
    addEventListener("online", () => this.kick());
    addEventListener("offline", () => this.drop());
    addEventListener("pageshow", (event) => event.persisted && this.look());
    document.addEventListener("visibilitychange", () => this.look());
  }

  /** Read on until stopped; without a session there is nothing to read. */
  async start() {
    if (this.reading) return;
    const mine = {};
    this.reading = mine;
    const goesOn = () => this.reading === mine && this.session.token;
    while (goesOn()) {
      if (this.asleep) {
        await new Promise((resolve) => (this.kicked = resolve));
        continue;
      }
      try {
        await this.read(mine);
      } catch (error) {
        this.failed(error);
      }
      if (goesOn()) await this.pause();
    }
    if (this.reading === mine) this.reading = null;
  }

  stop() {
    this.reading = null;
    this.drop();
    this.kicked();
  }

  /** Try at once: the network is back, the page is looked at again. */
  kick() {
    this.failures = 0;
    this.kicked();
  }

  /** Let go of the connection, since it leads nowhere, or to another account. */
  drop() {
    this.connection.abort();
  }

  look() {
    clearTimeout(this.hiding);
    if (document.visibilityState === "hidden") {
      this.hiding = setTimeout(() => {
        this.asleep = true;
        this.drop();
      }, HIDDEN_MILLISECONDS);
      return;
    }
    this.asleep = false;
    // After a sleep a connection may be dead without having said so.
    if (Date.now() - this.heardAt > HEARTBEAT_MILLISECONDS + 5000) this.drop();
    this.kick();
  }

  async read(mine) {
    this.connection = new AbortController();
    this.heardAt = Date.now();
    const deliver = (items) => this.reading === mine && items.length && this.onItems(items);
    const announce = (writer) => this.reading === mine && this.onTyping(writer);
    if (Date.now() < this.pollUntil) await this.poll(deliver);
    else await this.stream(deliver, announce);
  }

  async stream(deliver, announce) {
    const { signal } = this.connection;
    let heard = false;
    let watch = setTimeout(() => this.swallowed(), FIRST_BYTE_MILLISECONDS);
    try {
      const response = await this.session.request("GET", this.path("events"), { signal });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(watch);
        watch = setTimeout(() => this.drop(), SILENCE_MILLISECONDS);
        this.heardAt = Date.now();
        if (!heard) this.connected();
        heard = true;
        const events = (rest + value).split("\n\n");
        rest = events.pop();
        const told = events.map(eventOf).filter(({ data }) => data);
        deliver(told.filter(({ name }) => !name).map(({ data }) => data));
        // Who wrote has been heard by now, unless they began anew behind it.
        if (told.at(-1)?.name === "typing") announce(told.at(-1).data);
      }
    } finally {
      clearTimeout(watch);
    }
  }

  /** Something between us and the server holds streams back. */
  swallowed() {
    this.pollUntil = Date.now() + POLLING_MILLISECONDS;
    this.failures = -1;
    this.drop();
  }

  async poll(deliver) {
    const signal = AbortSignal.any
      ? AbortSignal.any([this.connection.signal, AbortSignal.timeout(SILENCE_MILLISECONDS)])
      : this.connection.signal;
    const path = this.path("messages", this.failures > 0 ? 0 : POLL_SECONDS);
    const { items } = await this.session.call("GET", path, { signal });
    this.connected();
    deliver(items);
  }

  path(name, wait) {
    const query = new URLSearchParams();
    if (this.cursor()) query.set("after", this.cursor());
    if (wait) query.set("wait", String(wait));
    return `${name}?${query}`;
  }

  connected() {
    this.failures = 0;
    this.onState(true);
  }

  failed(error) {
    this.failures += 1;
    this.wish = error instanceof Refused ? error.retryAfter * 1000 : 0;
    if (this.failures > 1 || !navigator.onLine) this.onState(false);
  }

  /** Wait longer after each failure, never in step with others; less when kicked. */
  pause() {
    if (this.failures <= 0 && Date.now() < this.pollUntil) return undefined;
    const longest = Math.min(PAUSE_MILLISECONDS * 2 ** this.failures, LONGEST_PAUSE_MILLISECONDS);
    const pause = Math.max(this.wish ?? 0, longest * (0.5 + Math.random() / 2));
    this.wish = 0;
    return new Promise((resolve) => {
      this.kicked = resolve;
      setTimeout(resolve, pause);
    });
  }
}

/** One server-sent event: its name, if any, and its JSON; neither for a comment. */
function eventOf(event) {
  const lines = event.split("\n");
  const field = (name) =>
    lines
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trim())
      .join("\n");
  return { name: field("event"), data: JSON.parse(field("data") || "null") };
}
