// What happens, as it happens: a stream of events that goes on where it broke off.

import { request } from "./api.js";

/** The server says something every 15 s, if only a comment. */
const SILENCE_MILLISECONDS = 40_000;
const PAUSE_MILLISECONDS = 400;
const LONGEST_PAUSE_MILLISECONDS = 15_000;
/** A shorter break is not worth a word to anybody. */
const LOST_MILLISECONDS = 2500;

export class Live {
  /**
   * @param {object} desk
   * @param {(name: string, data: object) => void} desk.onEvent
   * @param {(connected: boolean) => void} desk.onState
   */
  constructor({ onEvent, onState }) {
    Object.assign(this, { onEvent, onState });
    this.cursor = "";
    this.viewing = "";
    this.failures = 0;
    this.heardAt = 0;
    this.wake = () => {};
    this.connection = new AbortController();
    addEventListener("online", () => this.again());
    addEventListener("offline", () => this.connection.abort());
    addEventListener("pageshow", (event) => event.persisted && location.reload());
    document.addEventListener("visibilitychange", () => this.look());
  }

  /** Read for as long as the page is open. @param {string} cursor where to begin */
  async start(cursor) {
    this.cursor = cursor;
    for (;;) {
      try {
        await this.read();
      } catch (error) {
        if (error.status === 401) return;
        this.lost();
      }
      await this.pause();
    }
  }

  /** Let colleagues know which conversation is looked at; "" for none. @param {string} id */
  view(id) {
    if (id === this.viewing) return;
    this.viewing = id;
    this.again();
  }

  /** Connect anew at once. */
  again() {
    this.failures = 0;
    this.connection.abort();
    this.wake();
  }

  /** After a sleep a connection may be dead without having said so. */
  look() {
    const silent = Date.now() - this.heardAt > SILENCE_MILLISECONDS / 2;
    if (document.visibilityState === "visible" && silent) this.again();
  }

  async read() {
    this.connection = new AbortController();
    const { signal } = this.connection;
    let silence = this.watch();
    try {
      const query = new URLSearchParams({ after: this.cursor, viewing: this.viewing });
      for (const [name, value] of [...query]) if (!value) query.delete(name);
      const response = await request("GET", `events?${query}`, { signal });
      this.connected();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(silence);
        silence = this.watch();
        const events = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
        rest = events.pop();
        for (const event of events) this.deliver(event);
      }
    } finally {
      clearTimeout(silence);
    }
  }

  watch() {
    this.heardAt = Date.now();
    const { connection } = this;
    return setTimeout(() => connection.abort(), SILENCE_MILLISECONDS);
  }

  deliver(event) {
    const said = { event: "message", data: "" };
    for (const line of event.split("\n")) {
      const [, name, value] = /^(\w+): ?(.*)$/su.exec(line) ?? [];
      if (name === "data") said.data += value;
      else if (name) said[name] = value;
    }
    if (said.id !== undefined) this.cursor = said.id;
    if (said.data) this.onEvent(said.event, JSON.parse(said.data));
  }

  connected() {
    clearTimeout(this.losing);
    this.losing = null;
    this.failures = 0;
    this.onState(true);
  }

  lost() {
    this.failures += 1;
    this.losing ??= setTimeout(() => this.onState(false), LOST_MILLISECONDS);
  }

  /** Longer after each failure, never in step with others; none after a wished break. */
  pause() {
    if (this.connection.signal.aborted && this.failures <= 1) return undefined;
    const longest = Math.min(PAUSE_MILLISECONDS * 2 ** this.failures, LONGEST_PAUSE_MILLISECONDS);
    return new Promise((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, longest * (0.5 + Math.random() / 2));
    });
  }
}
