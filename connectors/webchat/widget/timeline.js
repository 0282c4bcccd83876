// The conversation on the screen: rows by key, so that what is shown stays and only news is added.

import { h, iconButton, plain } from "./dom.js";
import { invitation } from "./elsewhere.js";
import { choices, head, message, ownMessage, setState, writing } from "./item.js";
import { dayName, timeOfDay } from "./words.js";

/**
 * @typedef {object} Row
 * @property {string} key
 * @property {() => HTMLElement | null} make
 * @property {(element: HTMLElement) => void} [update]
 * @property {boolean} [isAside] no part of the talk
 */

const NEAR_PIXELS = 60;
const APART_MILLISECONDS = 10 * 60_000;

export class Timeline {
  /**
   * @param {import("./talk.js").Talk} talk
   * @param {import("./item.js").Scene} scene
   * @param {{welcome: () => HTMLElement, starters: () => HTMLElement}} opening what stands above
   *   the first message, and what is offered as long as there is none
   * @param {() => void} onTop the customer wants to see earlier messages
   */
  constructor(talk, scene, opening, onTop) {
    Object.assign(this, { talk, scene, opening, onTop });
    /** @type {Map<string, HTMLElement>} */
    this.rows = new Map();
    this.following = true;
    /** Where reading begins. @type {Element | null} */
    this.anchor = null;
    const { words } = scene;
    this.log = h("div", {
      class: "log",
      role: "log",
      "aria-label": words.conversation,
      "aria-live": "polite",
      tabindex: "0",
      onscroll: () => this.scrolled(),
    });
    // The keyboard of a phone takes room: what was in sight at the end stays so.
    new ResizeObserver(() => this.following && this.toEnd()).observe(this.log);
    this.latest = iconButton("down", words.latest, {
      class: "latest",
      hidden: true,
      onclick: () => this.skip(),
    });
    this.element = h("div", { class: "timeline" }, this.log, this.latest);
  }

  /** Show the talk as it is now. */
  draw() {
    clearTimeout(this.fading);
    const rows = this.wanted();
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    const fromEnd = scrollHeight - scrollTop;
    const firstBefore = this.log.querySelector("[data-author]");
    const news = this.reconcile(rows);
    // What nobody has read yet still comes first.
    if (news && clientHeight && fromEnd - clientHeight < NEAR_PIXELS) this.anchor = news;
    const { typing } = this.talk;
    if (typing) this.fading = setTimeout(() => this.draw(), typing);
    // What is put in above must not move what is being read.
    const grewAbove = firstBefore && this.log.querySelector("[data-author]") !== firstBefore;
    if (this.following) this.toEnd();
    else if (grewAbove) this.log.scrollTop = this.log.scrollHeight - fromEnd;
    this.mark();
  }

  /** Earlier or other messages than before: not to be read out as news. */
  drawQuietly() {
    this.log.setAttribute("aria-live", "off");
    this.draw();
    this.anchor = null;
    if (this.following) this.toEnd();
    setTimeout(() => this.log.setAttribute("aria-live", "polite"), 500);
  }

  /** Go to the newest message and stay there. */
  follow() {
    this.following = true;
    this.toEnd();
    this.mark();
  }

  /** Past a long answer, to its end. */
  skip() {
    this.log.scrollTop = this.log.scrollHeight;
    this.follow();
    this.log.focus({ preventScroll: true });
  }

  /** To the last answer that is offered. */
  focusLast() {
    [...this.log.querySelectorAll("button")].at(-1).focus();
  }

  /** @returns {HTMLElement | null} where the news begin, behind all that was there before */
  reconcile(rows) {
    const { activeElement } = this.log.getRootNode();
    const wanted = new Set(rows.map(({ key }) => key));
    // First of all: what stays is not moved then, and keeps the focus.
    for (const [key, element] of this.rows) if (!wanted.has(key)) element.remove();
    const kept = new Map();
    let before = null;
    let news = null;
    for (const row of rows) {
      const element = this.rows.get(row.key) ?? row.make();
      if (!element) continue;
      if (!this.rows.has(row.key)) news ??= element;
      else if (!row.isAside) news = null;
      row.update?.(element);
      kept.set(row.key, element);
      const place = before ? before.nextSibling : this.log.firstChild;
      if (element !== place) this.log.insertBefore(element, place);
      before = element;
    }
    this.rows = kept;
    // A button that was pressed is gone: keys must not fall through to the shop's page.
    if (activeElement && !activeElement.isConnected) this.scene.onFocusLost();
    const messages = [...this.log.querySelectorAll("[data-author]")];
    messages.forEach((each) => each.classList.toggle("newest", each === messages.at(-1)));
    return news;
  }

  /** @returns {Row[]} */
  wanted() {
    const { talk } = this;
    const rows = [];
    if (!talk.hasEarlier) rows.push({ key: "welcome", make: this.opening.welcome });
    if (talk.preface) rows.push({ key: "preface", make: () => notice(talk.preface) });
    if (talk.isEmpty) rows.push({ key: "starters", make: this.opening.starters });
    let last = null;
    for (const each of talk.said) {
      const isOnItsWay = "body" in each;
      const item = isOnItsWay ? ownItem(each) : each;
      this.header(rows, last, item);
      rows.push(isOnItsWay ? this.entryRow(each) : this.itemRow(each));
      last = item;
    }
    const offered = this.offered();
    if (offered) rows.push(offered);
    if (talk.typing) {
      const { writer } = talk;
      rows.push({ key: `writing:${writer.author}:${writer.name}`, make: () => writing(writer) });
    }
    this.asides(rows);
    return rows;
  }

  /** What this page itself has to say, under the last message. */
  asides(rows) {
    const { talk, scene } = this;
    const { words } = scene;
    const aside = (key, make) => rows.push({ key, make, isAside: true });
    if (talk.isBringing) aside("bringing", () => notice(words.bringing));
    if (talk.invitation) {
      aside(`invitation:${talk.invitation.code}`, () => invitation(talk.invitation, scene));
    }
    if (talk.notice) aside(`notice:${talk.notice}`, () => notice(talk.notice));
    if (talk.isLeaving) {
      aside("leaving", () => notice(words.sureToLeave));
      aside("leaving-choices", () => this.leaving());
    }
  }

  /** Ending the talk is asked about once more. */
  leaving() {
    const { words, onLeave } = this.scene;
    const offered = [
      { label: words.leaveNow, sure: true },
      { label: words.stay, sure: false },
    ];
    return choices(offered, { words, onChoose: ({ sure }) => onLeave(sure) });
  }

  /** The day, where a new one begins, and who speaks, where somebody else did before. */
  header(rows, last, item) {
    const at = new Date(item.at);
    const name = item.cursor ?? item.client_id;
    const newDay = !last || new Date(last.at).toDateString() !== at.toDateString();
    if (newDay) {
      const make = () => h("div", { class: "day" }, dayName(at, this.scene.locale));
      rows.push({ key: `day:${at.toDateString()}:${name}`, make });
    }
    const speaks = !last || last.author !== item.author || last.name !== item.name;
    if (newDay || speaks || at - new Date(last.at) > APART_MILLISECONDS) {
      const time = timeOfDay(at, this.scene.locale);
      rows.push({
        key: `head:${item.client_id ?? name}:${time}`,
        make: () => head(item, time, this.scene),
      });
    }
  }

  itemRow(item) {
    const { scene } = this;
    return {
      key: item.client_id ?? item.cursor,
      make: () => message(item, scene),
      update: (element) => {
        if (item.author === "customer") setState(element, "sent", scene);
        if (item.cards) setOpen(element, this.unanswered().includes(item));
      },
    };
  }

  entryRow(entry) {
    const { scene } = this;
    return {
      key: entry.id,
      make: () => ownMessage(entry, scene),
      update: (element) => setState(element, entry.state, scene),
    };
  }

  /** What was said since the customer's last word; once they went on, it is answered. */
  unanswered() {
    if (this.talk.coming.length > 0) return [];
    const { items } = this.talk;
    return items.slice(items.findLastIndex((item) => item.author === "customer") + 1);
  }

  /** The choices that wait for an answer. */
  offered() {
    const item = this.unanswered().findLast((each) => each.choices);
    if (!item) return null;
    return { key: `choices:${item.cursor}`, make: () => choices(item.choices, this.scene) };
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    const left = scrollHeight - clientHeight - scrollTop;
    // Where we put it ourselves says nothing about what the customer wants.
    if (Math.abs(scrollTop - this.put) > 2) this.following = left < NEAR_PIXELS;
    if (scrollTop < 200 && this.talk.hasEarlier) this.onTop();
    this.mark();
  }

  /** The end in sight, but what is long from its beginning. */
  toEnd() {
    const begin = this.anchor?.isConnected
      ? this.anchor
      : [...this.log.querySelectorAll(".head")].at(-1);
    const end = this.log.scrollHeight - this.log.clientHeight;
    const wanted = begin ? Math.min(end, begin.offsetTop - 12) : end;
    this.log.scrollTop = Math.max(this.log.scrollTop, wanted);
    this.put = this.log.scrollTop;
  }

  mark() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    this.latest.hidden = scrollHeight - clientHeight - scrollTop < NEAR_PIXELS;
  }
}

/** An own message on its way, as an entry of the timeline. */
function ownItem({ id, at }) {
  return { author: "customer", at: new Date(at).toISOString(), client_id: id };
}

function notice(text) {
  const words = h("p", { class: "bubble" }, plain(text));
  return h("div", { class: "message notice", "data-author": "system" }, words);
}

/** Buttons of cards that were not chosen are no longer offered. */
function setOpen(element, isOpen) {
  for (const button of element.querySelectorAll(".card > button")) button.disabled = !isOpen;
}
