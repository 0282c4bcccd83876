// The list of all open conversations: what needs us first, mine before others.

import { call } from "./api.js";
import { attempt, tell } from "./dialogs.js";
import { arrange, button, h, setText } from "./dom.js";
import { Row } from "./row.js";
import { called, words } from "./words.js";

const GROUPS = ["us", "customer", "store"];
const TICK_MILLISECONDS = 1000;

export class Queue {
  /** @param {import("./desk.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.rows = new Map();
    this.wish = { scope: "all", language: "", topic: "" };
    this.chosen = "";
    const groups = desk.isStore ? ["store"] : GROUPS;
    this.groups = new Map(groups.map((name) => [name, this.group(name)]));
    this.element = h(
      "nav",
      { class: "queue", "aria-label": words.queue, onfocusin: (event) => this.focused(event) },
      h("h1", { class: "hidden" }, words.queue),
      !desk.isStore && this.filters(),
      h("div", { class: "groups" }, ...[...this.groups.values()].map(({ element }) => element)),
    );
    desk.addEventListener("queue", ({ detail }) => this.draw(detail));
    desk.addEventListener("talk", () => this.markOpen());
    setInterval(() => this.tick(), TICK_MILLISECONDS);
  }

  group(name) {
    const count = h("span", { class: "count" });
    const list = h("ol", {});
    const isStore = this.desk.isStore;
    const nobody = isStore ? words.storeEmpty : words.groupEmpty[name];
    const empty = h("p", { class: "empty" }, nobody);
    const title = h("h2", {}, isStore ? words.storeGroup : words.groups[name], " ", count);
    return { element: h("section", { "data-turn": name }, title, list, empty), list, count, empty };
  }

  filters() {
    const scope = (value) =>
      h(
        "label",
        {},
        h("input", {
          type: "radio",
          name: "scope",
          value,
          checked: value === this.wish.scope,
          onchange: () => this.filter({ scope: value }),
        }),
        h("span", {}, words.scopes[value]),
      );
    const choose = (label, name) => {
      const onchange = ({ target }) => this.filter({ [name]: target.value });
      return h("select", { "aria-label": label, onchange });
    };
    this.languages = choose(words.languageFilter, "language");
    this.topics = choose(words.topicFilter, "topic");
    return h(
      "div",
      { class: "filters", role: "group", "aria-label": words.filters },
      button(words.next, () => this.next(), { class: "primary", "aria-keyshortcuts": "g" }),
      h("div", { class: "segments" }, ...Object.keys(words.scopes).map(scope)),
      h("div", { class: "selects" }, this.languages, this.topics),
    );
  }

  filter(wish) {
    Object.assign(this.wish, wish);
    this.draw(null);
  }

  isWished(item) {
    const { scope, language, topic } = this.wish;
    if (scope === "mine" && !this.desk.isMine(item)) return false;
    if (scope === "unassigned" && item.agent) return false;
    return (!language || item.language === language) && (!topic || item.topic === topic);
  }

  /** Show the entries of these ids anew, of all where `changed` is null. */
  draw(changed) {
    const { queue } = this.desk;
    for (const [id, item] of queue) {
      if (!this.rows.has(id)) this.rows.set(id, new Row(id, this.desk));
      if (!changed || changed.has(id)) this.rows.get(id).show(item);
    }
    for (const id of this.rows.keys()) if (!queue.has(id)) this.rows.delete(id);
    if (this.languages) this.drawFilters();
    const wished = [...queue.values()].filter((item) => this.isWished(item));
    for (const [name, group] of this.groups) {
      const items = wished.filter((item) => this.desk.isStore || item.turn === name);
      items.sort((one, other) => this.compare(one, other));
      arrange(group.list, items.map((item) => this.rows.get(item.conversation_id).element));
      setText(group.count, `${items.length}`);
      group.empty.hidden = items.length > 0;
    }
    this.order = [...this.element.querySelectorAll("li")].map((each) => each.dataset.id);
    this.markOpen();
  }

  /** Mine, what was passed on to me, the queue in its order, colleagues'; longest waiting first. */
  compare(one, other) {
    const isForMe = (item) => item.wanted_agent === this.desk.me.id;
    const rank = (item) =>
      this.desk.isMine(item) ? 0 : item.agent ? 3 : isForMe(item) ? 1 : 2;
    const place = (item) => item.position ?? Infinity;
    const times = Date.parse(one.since) - Date.parse(other.since);
    const places = place(one) === place(other) ? 0 : place(one) - place(other);
    return rank(one) - rank(other) || places || times;
  }

  drawFilters() {
    const items = [...this.desk.queue.values()];
    const offer = (select, wish, any, table) => {
      const values = [...new Set(items.map((item) => item[wish]).filter(Boolean))].sort();
      if (this.wish[wish] && !values.includes(this.wish[wish])) values.push(this.wish[wish]);
      if (select.dataset.values === values.join()) return;
      select.dataset.values = values.join();
      const option = (value) =>
        h("option", { value, selected: value === this.wish[wish] }, called(table, value));
      select.replaceChildren(h("option", { value: "" }, any), ...values.map(option));
    };
    offer(this.languages, "language", words.anyLanguage, words.languages);
    offer(this.topics, "topic", words.anyTopic, words.intents);
  }

  /** Take whoever should be next for me. */
  async next() {
    await attempt(async () => {
      const { conversation_id: id } = await call("POST", "queue/next");
      if (id) location.hash = `#/c/${id}`;
      else tell(words.nextNone);
    });
  }

  tick() {
    for (const row of this.rows.values()) if (row.item) row.tick();
  }

  markOpen() {
    const { openId } = this.desk;
    if (openId !== this.wasOpen) {
      this.rows.get(this.wasOpen)?.mark(false);
      this.wasOpen = openId;
      if (openId) this.chosen = openId;
    }
    this.rows.get(openId)?.mark(true);
    this.rove();
  }

  /** Only one row is a stop of the Tab key: the chosen one, else the first. */
  rove() {
    const stop = this.order?.includes(this.chosen) ? this.chosen : this.order?.[0];
    if (stop === this.stop) {
      this.rows.get(stop)?.link.setAttribute("tabindex", "0");
      return;
    }
    this.rows.get(this.stop)?.link.setAttribute("tabindex", "-1");
    this.stop = stop;
    this.rows.get(stop)?.link.setAttribute("tabindex", "0");
  }

  focused(event) {
    const id = event.target.closest("li")?.dataset.id;
    if (!id) return;
    this.chosen = id;
    this.rove();
  }

  /** Go so many rows down. @param {number} steps */
  step(steps) {
    const { order } = this;
    if (!order?.length) return;
    const at = order.indexOf(this.chosen);
    const next = at < 0 ? 0 : Math.min(Math.max(at + steps, 0), order.length - 1);
    const focused = this.element.contains(document.activeElement);
    // The first key only goes to where one already is.
    this.chosen = order[focused || at < 0 || this.chosen === this.desk.openId ? next : at];
    this.focus();
  }

  /** To the chosen row; on a phone it may not be there: then only away from where one writes. */
  focus() {
    this.rove();
    if (!this.element.checkVisibility()) {
      document.activeElement.blur();
      return;
    }
    const row = this.rows.get(this.stop);
    row?.link.focus({ preventScroll: true });
    row?.element.scrollIntoView({ block: "nearest" });
  }
}
