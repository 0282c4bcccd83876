// The chat: what is known (talk, outbox), what is shown (panel, timeline), and what keeps it fresh.

import { Composer } from "./composer.js";
import { Frame } from "./frame.js";
import { Outbox } from "./outbox.js";
import { Panel, starters, welcome } from "./panel.js";
import { whereAmI } from "./place.js";
import { PHONE } from "./screen.js";
import { Session } from "./session.js";
import { Shop } from "./shop.js";
import { Store } from "./store.js";
import { Talk } from "./talk.js";
import { Timeline } from "./timeline.js";
import { Transport } from "./transport.js";
import { channelName } from "./words.js";

const LOST_MILLISECONDS = 2500;

/** Start the chat behind a launcher; what the page may call. */
export async function start(launcher) {
  const chat = new Chat(launcher);
  chat.begin();
  return chat;
}

class Chat {
  constructor(launcher) {
    this.launcher = launcher;
    this.store = new Store(launcher.key);
    this.shop = new Shop(launcher, this.store);
    this.session = new Session(launcher.base, this.store, () => this.shop.locale);
    this.outbox = new Outbox(this.store, this.session);
    this.talk = new Talk(this.outbox);
    this.transport = new Transport(this.session, {
      cursor: () => this.talk.cursor ?? this.store.read().start,
      onItems: (items) => this.heard(items),
      onTyping: (writer) => this.writes(writer),
      onState: (connected) => this.connection(connected),
    });
    this.frame = new Frame(launcher, () => this.closed());
    this.start = this.store.read().start;
  }

  get words() {
    return this.shop.words;
  }

  begin() {
    this.build();
    this.listen();
    this.shop.ask().then((turned) => (turned ? this.build() : this.panel.furnish()));
    if (this.session.token) this.resume();
    else if (this.outbox.entries.length) this.outbox.retry();
  }

  listen() {
    this.outbox.onChange = () => this.draw();
    this.outbox.onTaken = (body) => {
      this.hasMoved ||= Boolean(body.link);
      this.talk.await();
      this.talk.notice = null;
      this.transport.start();
      this.draw();
    };
    this.outbox.onRefused = (error, body) => this.refused(error, body);
    this.session.onOpened = () => (this.start = this.store.read().start);
    this.session.onLost = () => this.ended();
    this.store.onChange(() => this.changedElsewhere());
    addEventListener("online", () => (this.outbox.retry(), this.draw()));
    addEventListener("offline", () => this.draw());
    addEventListener("pagehide", () => this.composer.keep());
    document.addEventListener("visibilitychange", () => this.read());
  }

  /** Make the panel in the present language, in place of one there was. */
  build() {
    const { launcher, shop } = this;
    const hadFocus = launcher.panel.contains(launcher.root.activeElement);
    this.composer?.keep();
    const scene = {
      words: this.words,
      locale: shop.locale,
      base: launcher.base,
      onChoose: ({ label, tap }) => this.send({ tap }, label),
      onRetry: () => this.outbox.again(),
      onLeave: (sure) => this.leave(sure),
      onFocusLost: () => this.focus(),
    };
    this.panel = new Panel(launcher, shop, scene, {
      close: () => launcher.panel.close(),
      say: (text) => this.say(text),
      sharePlace: () => this.sharePlace(),
      goElsewhere: (channel) => this.goElsewhere(channel),
      leave: () => this.askToLeave(),
      switchLanguage: () => this.speak(shop.locale === "ja" ? "en" : "ja"),
    });
    const opening = {
      welcome: () => welcome(scene),
      starters: () => starters(scene, (text) => this.say(text)),
    };
    this.timeline = new Timeline(this.talk, scene, opening, () => this.earlier());
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
    const { isSeen } = this.frame;
    const { cursor } = this.talk;
    const { seen } = this.store.read();
    if (isSeen && cursor && seen !== cursor) this.store.write({ seen: cursor });
    const unread = isSeen ? 0 : this.talk.unread(seen);
    this.launcher.label(this.shop.locale, unread);
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
    if (this.hasMoved && fresh.some((item) => item.author !== "customer")) {
      // A link may have made the visitor another member, who must not see what was said before.
      this.hasMoved = false;
      this.resume();
    } else this.draw();
    for (const item of fresh) this.launcher.emit("message", structuredClone(item));
  }

  /** A person is writing an answer. @param {{author: string, name?: string}} writer */
  writes(writer) {
    this.talk.hearWriting(writer);
    this.timeline.draw();
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

  /** A message was not taken in. @param {object} body what it was */
  refused(error, body) {
    this.failed(error, body.link ? this.words.notBrought : this.words.refused);
  }

  /** Something did not work; `words` say what, where the server has nothing better to say. */
  failed({ status, type, detail }, words) {
    this.talk.notice = status === 429 ? (detail ?? this.words.busy) : words;
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
    this.talk.clearAsides();
    this.timeline.following = true;
    this.outbox.add(body, shown, this.talk.cursor);
  }

  /** A link from another channel brought a code along: the talk that was begun there goes on here. */
  bring(link) {
    this.send({ link }, "");
    this.timeline.follow();
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
      this.talk.clearAsides();
      this.talk.invitation = { channel, ...invitation };
      this.transport.start();
      this.draw();
      this.timeline.skip();
    } catch (error) {
      this.failed(error, this.words.noElsewhere(channelName(channel)));
      this.timeline.skip();
    }
  }

  /** Once ended, the talk cannot be shown here again: that needs a second word. */
  askToLeave() {
    this.talk.clearAsides();
    this.talk.isLeaving = true;
    this.draw();
    this.timeline.skip();
    this.timeline.focusLast();
  }

  leave(sure) {
    this.talk.isLeaving = false;
    if (sure) this.reset();
    this.draw();
    this.focus();
  }

  // What the page may call ----------------------------------------------------------------------

  /**
   * Fill the window that the launcher opened; `draft` is put into the composer, `link` is the code
   * that the page's address brought along.
   */
  open({ draft, link } = {}) {
    if (draft !== undefined) this.composer.set(String(draft));
    if (this.frame.open()) this.timeline.follow();
    if (draft === undefined) this.focus();
    else this.composer.focus();
    if (link) this.bring(link);
    this.read();
  }

  /** Where the customer goes on; on a phone the keyboard would hide what there is to read. */
  focus() {
    if (PHONE.matches) this.panel.element.focus({ preventScroll: true });
    else this.composer.focus();
  }

  closed() {
    this.panel.closeMenu();
    this.read();
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
    this.talk.preface = null;
    this.talk.clearAsides();
    this.composer.set("");
    this.startOver();
    this.draw();
  }

  /** The page's language has changed. */
  setLocale() {
    this.speak(undefined);
  }

  /** Speak the language the customer chose, or else the page's. */
  speak(locale) {
    this.store.write({ locale });
    if (this.shop.turn()) this.build();
    this.read();
  }
}
