// One conversation in the list.

import { h, plain, setText, told } from "./dom.js";
import { ago, called, dayAndTime, words } from "./words.js";

/** A channel's mark: a name in a shape of its own. */
export function channelMark(channel) {
  return h("span", { class: "channel", "data-channel": channel }, called(words.channels, channel));
}

/** How staff call a customer. */
export function nameOf(customer) {
  return plain(customer?.name).trim() || words.anonymous;
}

/** Is this customer not answered at the moment? Of an entry of the queue, or a conversation. */
export function isMuted(talk) {
  return Boolean(talk.muted_until) && Date.parse(talk.muted_until) > Date.now();
}

function unread(count) {
  const label = words.unread(count);
  return h("span", { class: "unread", role: "img", "aria-label": label }, `${count}`);
}

export class Row {
  /** @param {string} id @param {import("./desk.js").Desk} desk */
  constructor(id, desk) {
    this.desk = desk;
    this.time = h("span", { class: "wait" });
    this.link = h("a", { href: `#/c/${id}`, class: "row", tabindex: "-1" });
    this.element = h("li", { "data-id": id }, this.link);
  }

  /** Show the entry as it is now. */
  show(item) {
    const isCalled = this.desk.calls.has(item.conversation_id);
    const shown = JSON.stringify([item, isCalled]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.item = item;
    const mine = this.desk.isMine(item);
    this.element.toggleAttribute("data-mine", mine || item.wanted_agent === this.desk.me.id);
    this.element.toggleAttribute("data-unread", item.unread > 0);
    this.time.title = words.asOfTitle(dayAndTime(item.since));
    this.tick();
    this.link.replaceChildren(
      h("span", { class: "first" }, told(nameOf(item.customer), { class: "who" }), this.time),
      h("span", { class: "marks" }, ...this.marks(item, mine)),
      item.last && told(item.last.text, { class: "last" }),
    );
  }

  marks(item, mine) {
    const mark = (kind, text) => h("span", { class: `mark ${kind}` }, text);
    return [
      channelMark(item.channel),
      this.desk.calls.has(item.conversation_id) && mark("urgent", words.called),
      item.priority && mark("urgent", words.priority),
      h("span", { class: "why" }, called(words.reasons, item.reason)),
      item.topic && item.topic !== item.reason && mark("topic", called(words.intents, item.topic)),
      item.customer?.member && mark("member", words.member),
      item.state === "deferred" && mark("deferred", words.states.deferred.split("（")[0]),
      item.language !== document.documentElement.lang &&
        mark("language", called(words.languages, item.language)),
      item.flagged && mark("flagged", words.flagged),
      isMuted(item) && mark("muted", words.muted),
      item.wanted_agent === this.desk.me.id && mark("owner", words.forMe),
      item.agent && mark("owner", mine ? words.mine : words.owner(plain(item.agent.name))),
      item.unread > 0 && unread(item.unread),
    ].filter(Boolean);
  }

  /** The time goes on. */
  tick() {
    setText(this.time, ago(this.item.since));
  }

  /** Is this the conversation that is open? */
  mark(isOpen) {
    if (isOpen) this.link.setAttribute("aria-current", "true");
    else this.link.removeAttribute("aria-current");
  }
}
