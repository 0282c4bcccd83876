// One timeline over all channels, in which nothing is drawn twice.

import { arrange, button, h } from "./dom.js";
import { entry } from "./item.js";
import { called, dayName, words } from "./words.js";

/** So near to the end one is reading along. */
const NEAR_PIXELS = 90;
/** The same author is named again after a while. */
const PAUSE_MILLISECONDS = 300_000;

export class Timeline {
  /**
   * @param {() => void} onEarlier
   * @param {object} acts as for `entry`
   */
  constructor(onEarlier, acts) {
    this.acts = acts;
    this.entries = new Map();
    this.channels = new Map();
    this.earlier = button(words.earlier, onEarlier, { class: "earlier" });
    this.list = h("div", { class: "log", role: "log", "aria-label": words.conversation });
    this.newest = button(words.newBelow, () => this.follow(), { class: "newest", hidden: true });
    this.scroller = h(
      "div",
      { class: "timeline", tabindex: "0", onscroll: () => this.scrolled() },
      this.earlier,
      this.list,
    );
    this.element = h("div", { class: "talkbody" }, this.scroller, this.newest);
    this.following = true;
    // Pictures come later than their place in the talk.
    new ResizeObserver(() => this.following && this.follow()).observe(this.list);
  }

  /** @param {object[]} items oldest first @param {boolean} hasEarlier */
  draw(items, hasEarlier) {
    const { scroller } = this;
    const below = scroller.scrollHeight - scroller.scrollTop;
    const wasFirst = this.first;
    const wasLast = this.last;
    this.first = items[0]?.id;
    this.last = items.at(-1)?.id;
    this.earlier.hidden = !hasEarlier;
    let previous = null;
    const shown = items.map((item) => {
      const element = this.shown(item, previous);
      previous = item;
      return element;
    });
    const ids = new Set(items.map((item) => item.id));
    for (const id of this.entries.keys()) if (!ids.has(id)) this.entries.delete(id);
    arrange(this.list, shown);
    if (this.following) this.follow();
    else if (wasFirst !== this.first) scroller.scrollTop = scroller.scrollHeight - below;
    else if (wasLast !== this.last) this.newest.hidden = false;
  }

  /** The element of an item; the same as before where nothing changed. */
  shown(item, previous) {
    const day = dayName(item.at);
    const newDay = !previous || dayName(previous.at) !== day ? day : "";
    const newChannel =
      item.channel && item.channel !== this.channelBefore(previous) ? item.channel : "";
    const hasHead =
      Boolean(newDay || newChannel) ||
      previous.author !== item.author ||
      previous.name !== item.name ||
      Date.parse(item.at) - Date.parse(previous.at) > PAUSE_MILLISECONDS;
    this.channels.set(item.id, item.channel ?? this.channelBefore(previous));
    const key = JSON.stringify([item, newDay, newChannel, hasHead]);
    const known = this.entries.get(item.id);
    if (known?.key === key) return known.element;
    const element = h(
      "div",
      { class: "entry" },
      newDay && h("p", { class: "day" }, newDay),
      newChannel && this.crossing(newChannel),
      entry(item, hasHead, this.acts),
    );
    this.entries.set(item.id, { key, element });
    return element;
  }

  /** The channel the talk was on at an item; notes and notices of the house are on none. */
  channelBefore(previous) {
    return previous ? this.channels.get(previous.id) : undefined;
  }

  crossing(channel) {
    const name = called(words.channels, channel);
    return h("p", { class: "crossing", "data-channel": channel }, words.onChannel(name));
  }

  /** Go to the newest and stay there. */
  follow() {
    this.following = true;
    this.newest.hidden = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    this.following = scrollHeight - scrollTop - clientHeight < NEAR_PIXELS;
    if (this.following) this.newest.hidden = true;
  }
}
