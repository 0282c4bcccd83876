// The chat: what is known (talk, outbox), what is shown (panel, timeline), and what keeps it fresh.

import { Composer } from "./composer.js";
import { Outbox } from "./outbox.js";
import { Panel, starters, welcome } from "./panel.js";
import { whereAmI } from "./place.js";
import { followKeyboard, holdPage, PHONE } from "./screen.js";
import { Session } from "./session.js";
import { Store } from "./store.js";
import { styleSheets } from "./styles.js";
import { Talk } from "./talk.js";
import { Timeline } from "./timeline.js";
import { Transport } from "./transport.js";
import { localeOf, WORDS } from "./words.js";

const LOST_MILLISECONDS = 2500;

/** Start the chat behind a launcher; what the page may call. */
export async function start(launcher) {
  const chat = new Chat(launcher);
  await chat.begin();
  return chat;
}

class Chat {
  constructor(launcher) {
    this.launcher = launcher;
    this.shop = {
      brand: { name: "", icon: "", accent: "" },
      languages: ["ja", "en"],
      elsewhere: [],
    };
    this.store = new Store(launcher.key);
    this.locale = this.wishedLocale();
    this.session = new Session(launcher.base, this.store, () => this.locale);
    this.outbox = new Outbox(this.store, this.session);
    this.talk = new Talk(this.outbox);
    this.transport = new Transport(this.session, {
      cursor: () => this.talk.cursor ?? this.store.read().start,
      onItems: (items) => this.heard(items),
      onState: (connected) => this.connection(connected),
    });
    this.start = this.store.read().start;
  }

  wishedLocale() {
    const wishes = [this.store.read().locale, this.launcher.settings.locale];
    const page = [document.documentElement.lang, navigator.language];
    return localeOf([...wishes, ...page], this.shop.languages);
  }

  get words() {
    return WORDS[this.locale];
  }

  async begin() {
    this.paint();
    this.launcher.root.adoptedStyleSheets = [
      ...this.launcher.root.adoptedStyleSheets,
      ...this.sheets,
    ];
    followKeyboard(this.launcher.root);
    this.build();
    this.listen();
    this.configure();
    if (this.session.token) this.resume();
    else if (this.outbox.entries.length) this.outbox.retry();
  }

  listen() {
    this.outbox.onChange = () => this.draw();
    this.outbox.onTaken = () => {
      this.talk.await();
      this.talk.notice = null;
      this.transport.start();
      this.draw();
    };
    this.outbox.onRefused = (error) => this.refused(error);
    this.session.onOpened = () => (this.start = this.store.read().start);
    this.session.onLost = () => this.ended();
    this.store.onChange(() => this.changedElsewhere());
    addEventListener("online", () => (this.outbox.retry(), this.draw()));
    addEventListener("offline", () => this.draw());
    addEventListener("pagehide", () => this.composer.keep());
    document.addEventListener("visibilitychange", () => this.read());
    this.launcher.panel.addEventListener("close", () => this.closed());
    PHONE.addEventListener("change", () => this.turned());
  }

  /** The shop's own look and languages; without an answer the page's own settings do. */
  async configure() {
    const before = JSON.stringify(this.shop);
    try {
      const response = await fetch(new URL("config", this.launcher.base), { credentials: "omit" });
      if (response.ok) this.shop = await response.json();
    } catch {
      return;
    }
    if (JSON.stringify(this.shop) === before) return;
    this.locale = this.wishedLocale();
    this.paint();
    this.build();
  }

  paint() {
    const { settings, paint, luminance } = this.launcher;
    const accent = paint(settings.accent, this.shop.brand.accent);
    this.sheets ??= styleSheets();
    this.sheets.colour(accent, luminance);
  }

  /** Make the panel in the present language, in place of one there was. */
  build() {
    const hadFocus = this.launcher.panel.contains(this.launcher.root.activeElement);
    this.composer?.keep();
    const scene = {
      words: this.words,
      locale: this.locale,
      base: this.launcher.base,
      onChoose: ({ label, tap }) => this.send({ tap }, label),
      onRetry: () => this.outbox.retry(),
      onFocusLost: () => this.focus(),
    };
    const { brand, languages, elsewhere } = this.shop;
    const name = this.launcher.settings.name || brand.name || this.words.shop;
    const shop = { name, icon: brand.icon, languages, elsewhere };
    this.panel = new Panel(this.launcher, shop, scene, this.locale, {
      close: () => this.launcher.panel.close(),
      say: (text) => this.say(text),
      sharePlace: () => this.sharePlace(),
      goElsewhere: (channel) => this.goElsewhere(channel),
      leave: () => this.reset(),
      switchLanguage: () => this.speak(this.locale === "ja" ? "en" : "ja"),
    });
    const opening = {
      welcome: () => welcome(scene),
      starters: () => starters(scene, (text) => this.say(text)),
    };
    this.timeline = new Timeline(this.talk, scene, this.locale, opening, () => this.earlier());
    this.composer = new Composer(
      this.words,
      this.store.read().draft ?? "",
      (text) => this.say(text),
      (draft) => this.store.write({ draft: draft || undefined }),
    );
    this.panel.body.append(this.timeline.element, this.composer.element);
    this.draw();
    if (hadFocus) this.focus();
  }

  draw() {
    this.timeline.draw();
    this.panel.introduce(this.talk.partner);
    if (!navigator.onLine) this.panel.tell(this.words.offline);
    else if (!this.isLost) this.panel.tell("");
    this.read();
  }

  /** Keep count of what the customer has not seen. */
  read() {
    const isSeen = this.isOpen && document.visibilityState === "visible";
    const { cursor } = this.talk;
    const { seen } = this.store.read();
    if (isSeen && cursor && seen !== cursor) this.store.write({ seen: cursor });
    const unread = isSeen ? 0 : this.talk.unread(seen);
    this.launcher.label(this.locale, unread);
    if (unread !== this.unread) this.launcher.emit("unread", unread);
    this.unread = unread;
  }

  // What comes in -------------------------------------------------------------------------------

  /** Show the talk of this session as the server has it, and read on from there. */
  async resume() {
    const { start } = this;
    try {
      const items = await this.history();
      if (start !== this.start) return; // The talk is another's by now, and shown by another call.
      this.talk.replace(items);
      this.outbox.settleSent();
      this.timeline.drawQuietly();
      this.read();
    } catch (error) {
      if (!this.session.token) return;
      this.transport.failed(error);
    }
    this.transport.start();
    this.outbox.retry();
  }

  /** The last messages before a cursor, or of all. @param {string} [before] */
  async history(before = "") {
    const path = `messages?before=${encodeURIComponent(before)}`;
    return (await this.session.call("GET", path)).items;
  }

  /** Earlier messages, as the customer scrolls up to them. */
  async earlier() {
    if (this.looking) return;
    this.looking = true;
    try {
      this.talk.prepend(await this.history(this.talk.items[0].cursor));
      this.timeline.drawQuietly();
    } catch (error) {
      this.transport.failed(error);
    } finally {
      this.looking = false;
    }
  }

  heard(items) {
    const fresh = this.talk.append(items);
    if (!fresh.length) return;
    this.draw();
    for (const item of fresh) this.launcher.emit("message", structuredClone(item));
  }

  connection(connected) {
    clearTimeout(this.losing);
    if (connected) {
      this.isLost = false;
      this.panel.tell("");
      if (this.outbox.entries.some((entry) => entry.state !== "sent")) this.outbox.retry();
      return;
    }
    this.losing = setTimeout(() => {
      this.isLost = true;
      this.panel.tell(navigator.onLine ? this.words.lost : this.words.offline);
    }, LOST_MILLISECONDS);
  }

  refused({ status, type, detail }) {
    const { busy, lost, refused } = this.words;
    this.talk.notice = status === 429 ? (detail ?? busy) : status ? refused : lost;
    this.launcher.emit("error", { type: type ?? "network", status });
    this.draw();
  }

  /** The session is over: what was said before is no longer shown, what is unsent stays. */
  ended() {
    this.transport.stop();
    this.talk.replace([]);
    this.outbox.settleSent();
    this.talk.preface = this.words.ended;
    this.start = undefined;
    this.launcher.emit("error", { type: "session-ended" });
    this.draw();
    if (this.outbox.entries.length) this.outbox.retry();
  }

  /** Another tab wrote, read, identified or logged out. */
  changedElsewhere() {
    const { start, token } = this.store.read();
    if (start !== this.start) {
      this.startOver();
      if (token) this.resume();
    }
    this.draw();
  }

  /** The talk is another's from here on. */
  startOver() {
    if (this.start) this.outbox.forget();
    this.start = this.store.read().start;
    this.transport.stop();
    this.talk.replace([]);
  }

  // What the customer does ----------------------------------------------------------------------

  say(text) {
    this.send({ text }, text);
  }

  send(body, shown) {
    this.talk.notice = this.talk.invitation = null;
    this.timeline.following = true;
    this.outbox.add(body, shown);
  }

  async sharePlace() {
    try {
      this.send({ location: await whereAmI() }, this.words.place);
    } catch {
      this.talk.notice = this.words.noPlace;
      this.timeline.follow();
      this.draw();
    }
  }

  async goElsewhere(channel) {
    try {
      await this.session.open();
      const invitation = await this.session.call("POST", "elsewhere", { body: { channel } });
      this.talk.invitation = { channel, ...invitation };
      this.transport.start();
      this.draw();
      this.timeline.skip();
    } catch (error) {
      this.refused(error);
    }
  }

  // What the page may call ----------------------------------------------------------------------

  /** Fill the window that the launcher opened; `draft` is put into the composer. */
  open({ draft } = {}) {
    if (draft !== undefined) this.composer.set(String(draft));
    if (!this.isOpen) {
      this.isOpen = true;
      holdPage(PHONE.matches);
      this.timeline.follow();
      this.launcher.emit("open");
    }
    if (draft === undefined) this.focus();
    else this.composer.focus();
    this.read();
  }

  /** Where the customer goes on; on a phone the keyboard would hide what there is to read. */
  focus() {
    if (PHONE.matches) this.panel.element.focus({ preventScroll: true });
    else this.composer.focus();
  }

  /** The window was closed, by us or by the browser's own way back. */
  closed() {
    if (!this.isOpen || this.launcher.panel.open) return;
    this.isOpen = false;
    this.panel.closeMenu();
    holdPage(false);
    this.launcher.emit("close");
    this.read();
  }

  /** The screen has become another: the window is opened anew. */
  turned() {
    if (!this.isOpen) return;
    const { activeElement } = this.launcher.root;
    this.launcher.show();
    activeElement?.focus({ preventScroll: true });
    holdPage(PHONE.matches);
  }

  /**
   * The visitor is a member, says the shop's server by this JWT. Raises when it is not believed;
   * the talk goes on as it was then.
   */
  async identify(jwt) {
    try {
      await this.identified(String(jwt));
      this.launcher.emit("identified");
    } catch (error) {
      this.launcher.emit("error", { type: error.type ?? "network", status: error.status });
      throw error;
    }
  }

  async identified(identity) {
    await this.session.open();
    const { cursor } = await this.session.call("POST", "identify", { body: { identity } });
    if (cursor !== this.store.read().start) {
      // Another member: what was being written is not theirs.
      this.store.write({ start: cursor, seen: cursor, outbox: [], draft: undefined });
      this.composer.set("");
      this.startOver();
      await this.resume();
    }
    this.transport.start();
  }

  /** Log out: this device no longer shows the talk, and the server no longer trusts it. */
  async reset() {
    // Without a network, too, the token is forgotten here.
    if (this.session.token) await this.session.call("POST", "logout").catch(() => {});
    this.store.clear();
    this.outbox.forget();
    this.talk.preface = this.talk.notice = this.talk.invitation = null;
    this.composer.set("");
    this.startOver();
    this.draw();
  }

  /** The page's language has changed. */
  setLocale() {
    this.speak(undefined);
  }

  /** Speak the language the customer chose, or else the page's; as far as the shop does. */
  speak(locale) {
    this.store.write({ locale });
    const wished = this.wishedLocale();
    if (wished !== this.locale) {
      this.locale = wished;
      this.build();
    }
    this.read();
  }
}
