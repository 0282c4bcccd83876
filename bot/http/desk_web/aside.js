// Beside the talk: what it is about, who the customer is, what the shop knows of them.

import { call } from "./api.js";
import { attempt } from "./dialogs.js";
import { button, h, moment, plain, told } from "./dom.js";
import { channelMark, nameOf } from "./row.js";
import { called, dayAndTime, locale, words } from "./words.js";

export class Aside {
  /**
   * @param {import("./desk.js").Desk} desk
   * @param {() => void} onClose for narrow screens, where it lies on the talk
   */
  constructor(desk, onClose) {
    this.desk = desk;
    this.summary = h("section", { class: "summary", "aria-label": words.summary });
    this.customer = h("section", { class: "customer", "aria-label": words.customer });
    this.panel = h("section", { class: "panel", "aria-label": words.panel });
    const parts = desk.isStore ? [this.summary] : [this.summary, this.customer, this.panel];
    this.element = h(
      "aside",
      { class: "aside", "aria-label": words.details, tabindex: "-1" },
      button(words.close, onClose, { class: "closedetails" }),
      ...parts,
    );
    desk.addEventListener("talk", () => this.draw());
    this.draw();
  }

  draw() {
    const { talk } = this.desk;
    this.element.hidden = !talk;
    if (!talk) {
      this.id = null;
      this.panel.replaceChildren();
      return;
    }
    const { items: _, ...known } = talk;
    const shown = JSON.stringify(known);
    if (shown !== this.shown) {
      this.shown = shown;
      this.summary.replaceChildren(...summary(talk));
      this.customer.replaceChildren(...customer(talk.customer));
    }
    // Who is proven anew has more to show; another conversation shows nothing of this one.
    const proven = `${talk.id} ${talk.customer.trust}`;
    if (proven !== this.proven || !this.id) this.offer(talk.id);
    this.id = talk.id;
    this.proven = proven;
  }

  /** The sections, all closed: who opens one is recorded. */
  async offer(id) {
    if (this.desk.isStore) return;
    this.panel.replaceChildren(h("h2", {}, words.panel));
    let sections = [];
    const went = await attempt(
      async () => ({ sections } = await call("GET", `conversations/${id}/panel`)),
    );
    if (!went || this.desk.openId !== id) return;
    const hint = h("p", { class: "hint" }, words.panelHint);
    const shown = sections.length
      ? [hint, ...sections.map((name) => this.section(id, name))]
      : [h("p", { class: "empty" }, words.panelNone)];
    this.panel.replaceChildren(h("h2", {}, words.panel), ...shown);
  }

  section(id, name) {
    const title = called(words.sections, name);
    const body = h("div", { class: "facts", hidden: true });
    const toggle = button(words.show, () => this.toggle(id, name, body, toggle), {
      "aria-expanded": "false",
      "aria-label": `${title}: ${words.show}`,
    });
    return h("div", { class: "section" }, h("h3", {}, title), toggle, body);
  }

  async toggle(id, name, body, toggle) {
    const isOpen = toggle.getAttribute("aria-expanded") === "true";
    if (!isOpen) {
      body.replaceChildren(h("p", { class: "empty" }, words.loading));
      body.hidden = false;
      const went = await attempt(async () => {
        const path = `conversations/${id}/panel/${name}?language=${locale}`;
        body.replaceChildren(...facts(await call("POST", path)));
      });
      if (!went) {
        body.hidden = true;
        return;
      }
    } else {
      body.hidden = true;
      body.replaceChildren();
    }
    const next = isOpen ? words.show : words.hide;
    toggle.textContent = next;
    toggle.setAttribute("aria-expanded", String(!isOpen));
    toggle.setAttribute("aria-label", `${called(words.sections, name)}: ${next}`);
  }
}

function facts({ rows, items, as_of: asOf }) {
  const shown = rows ? [table(rows)] : items.map(({ title, rows: own }) => block(title, own));
  const none = rows?.length || items?.length ? null : h("p", { class: "empty" }, words.none);
  return [
    ...shown,
    none,
    asOf && h("p", { class: "asof" }, moment(asOf, words.asOf(dayAndTime(asOf)))),
  ].filter(Boolean);
}

function block(title, rows) {
  return h("div", { class: "block" }, h("h4", {}, told(title)), table(rows));
}

function table(rows) {
  const pairs = rows.flatMap(([label, value]) => [
    h("dt", {}, told(label)),
    h("dd", {}, told(value)),
  ]);
  return h("dl", {}, ...pairs);
}

/** What the customer told, as staff would say it: here that can be a channel's key. */
function inWords(skill, value) {
  return skill === "link_channel" ? called(words.channels, value) : String(value);
}

function summary({ summary: about, topic, reason }) {
  const { asked = [], answered = [], open, mood = [] } = about ?? {};
  const part = (title, ...content) => [h("h3", {}, title), ...content];
  const request = ({ skill, slots }) =>
    h(
      "li",
      {},
      called(words.intents, skill),
      ...Object.values(slots ?? {}).map((value) => told(inWords(skill, value), { class: "slot" })),
    );
  const answer = ({ at, text }) =>
    h("li", {}, moment(at, dayAndTime(at)), h("p", { dir: "auto" }, plain(text)));
  const question = open && (words.opens[open] ?? words.opens.other);
  return [
    h("h2", {}, words.summary),
    h(
      "p",
      { class: "marks" },
      reason && h("span", { class: "why" }, called(words.reasons, reason)),
      topic && topic !== reason && h("span", { class: "mark topic" }, called(words.intents, topic)),
      ...mood.map((each) => h("span", { class: "mark mood" }, called(words.moods, each))),
    ),
    ...(open ? part(words.open, h("p", { class: "open" }, question)) : []),
    ...(asked.length ? part(words.asked, h("ul", {}, ...asked.map(request))) : []),
    ...(answered.length ? part(words.answered, h("ul", {}, ...answered.map(answer))) : []),
  ];
}

function customer(who) {
  const channel = ({ channel: name, name: shown, last_at: at, blocked }) =>
    h(
      "li",
      {},
      channelMark(name),
      shown && told(shown),
      at && h("small", {}, words.lastAt(dayAndTime(at))),
      blocked && h("span", { class: "mark urgent" }, words.blocked),
    );
  return [
    h("h2", {}, words.customer),
    h(
      "p",
      { class: "marks" },
      told(nameOf(who), { class: "who" }),
      who.member && h("span", { class: "mark member" }, words.member),
      h("span", { class: "mark", "data-trust": who.trust }, called(words.trust, who.trust)),
    ),
    h("ul", { class: "channels" }, ...(who.channels ?? []).map(channel)),
  ];
}
