// The open conversation: who has it, what was said, what can be done, where to write.

import { call } from "./api.js";
import { possible } from "./actions.js";
import { Composer } from "./composer.js";
import { ask, attempt, tell } from "./dialogs.js";
import { arrange, button, h, icon, plain, setText, told } from "./dom.js";
import { channelMark, nameOf } from "./row.js";
import { Timeline } from "./timeline.js";
import { called, dayAndTime, trouble, words } from "./words.js";

export class Talk {
  /** @param {import("./desk.js").Desk} desk @param {() => void} onDetails */
  constructor(desk, onDetails) {
    this.desk = desk;
    this.onDetails = onDetails;
    this.element = h("section", { class: "talk", "aria-label": words.talk, tabindex: "-1" });
    desk.addEventListener("talk", () => this.draw());
    desk.addEventListener("queue", ({ detail }) => {
      if (!detail || detail.has(desk.openId)) this.drawHead();
    });
    desk.addEventListener("presence", () => this.drawPresence());
    this.draw();
  }

  /** What is known of the open conversation: all of it, or its entry in the queue. */
  get known() {
    const { openId, talk, queue } = this.desk;
    const item = queue.get(openId);
    return talk ?? (item && { ...item, id: openId, items: [] });
  }

  draw() {
    const { openId, talk, fault } = this.desk;
    if (openId !== this.id) this.build(openId);
    if (!openId) return;
    this.drawHead();
    this.trouble.hidden = !fault;
    setText(this.trouble.firstChild, fault ? trouble(fault) : "");
    this.loading.hidden = Boolean(talk || fault);
    if (!talk) return;
    this.timeline.draw(talk.items, talk.earlier);
    this.composer.allow(talk);
  }

  build(id) {
    this.id = id;
    this.shownWhom = this.shownActs = null;
    if (!id) {
      this.element.replaceChildren(h("p", { class: "nothing" }, words.pick));
      return;
    }
    this.composer = new Composer(this.desk, id, () => this.timeline.follow());
    this.timeline = new Timeline(() => attempt(() => this.desk.readEarlier()), {
      mayAct: !this.desk.isStore,
      onWrong: (item) => this.wrong(item),
      onResend: (item) => this.resend(item),
    });
    const back = { href: "#/", class: "back", "aria-label": words.back, title: words.back };
    this.back = h("a", back, icon("back"));
    this.whom = h("div", { class: "whom" });
    this.acts = h("div", { class: "acts" });
    this.head = h("header", { class: "talkhead" }, this.whom, this.acts);
    this.presence = h("p", { class: "presence", role: "status" });
    this.loading = h("p", { class: "loading" }, words.loading);
    const again = button(words.retry, () => this.desk.reread());
    this.trouble = h("div", { class: "trouble", role: "alert", hidden: true }, h("p"), again);
    this.element.replaceChildren(
      this.head,
      this.presence,
      this.trouble,
      this.loading,
      this.timeline.element,
      this.composer.element,
    );
    this.drawPresence();
  }

  drawHead() {
    const { known } = this;
    if (!this.id || !known) return;
    this.drawWhom(known, this.desk.queue.get(this.id));
    this.drawActs(possible(this.desk, known));
  }

  /** Who the customer is, and who has the talk. */
  drawWhom({ customer, channel, ...known }, item) {
    const name = nameOf(customer);
    const state = this.state(known, item);
    const shown = [name, channel, known.state, state, item?.flagged].join("\n");
    if (shown === this.shownWhom) return;
    this.shownWhom = shown;
    const parts = [
      this.back,
      h("h1", {}, told(name)),
      channelMark(channel),
      h("span", { class: "state", "data-state": known.state }, state),
      item?.flagged && h("span", { class: "mark flagged" }, words.flagged),
    ];
    arrange(this.whom, parts.filter(Boolean));
  }

  /** What can be done: made anew only where it changes, for somebody may be about to press it. */
  drawActs(actions) {
    const shown = actions.map(({ name }) => name).join();
    if (shown === this.shownActs) return;
    this.shownActs = shown;
    const { acts } = this;
    const focused = acts.contains(document.activeElement)
      ? document.activeElement.dataset.action
      : null;
    const wasOpen = acts.querySelector("details")?.open;
    acts.replaceChildren(...this.actions(actions));
    if (wasOpen) acts.querySelector("details")?.setAttribute("open", "");
    // What was pressed may be gone now: the keyboard goes on from here.
    if (focused) (acts.querySelector(`[data-action="${focused}"]`) ?? this.element).focus();
  }

  state({ state, agent, since }, item) {
    const isMine = this.desk.isMine({ state, agent });
    const parts = [words.states[state]];
    if (state === "with_person") parts[0] = isMine ? words.mine : words.owner(plain(agent?.name));
    if (item?.position) parts[0] = words.place(item.position);
    if (since) parts.push(words.since(dayAndTime(since)));
    return parts.join(" · ");
  }

  actions(actions) {
    const act = (action) => () => {
      this.acts.querySelector("details")?.removeAttribute("open");
      action.run(this.desk, this.known);
    };
    const make = (action) =>
      button(words.actions[action.name], act(action), {
        "data-action": action.name,
        class: action.name === "take" ? "primary" : null,
        "aria-keyshortcuts": action.key,
      });
    const [main, more] = [true, false].map((isMain) =>
      actions.filter((each) => Boolean(each.isMain) === isMain),
    );
    const details = button("", this.onDetails, {
      class: "todetails",
      "data-action": "details",
      "aria-label": words.details,
      title: words.details,
    });
    details.append(icon("person"));
    return [...main.map(make), ...(more.length ? [menu(more.map(make))] : []), details];
  }

  drawPresence() {
    if (!this.id) return;
    const { desk } = this;
    const typist = desk.typists.get(this.id);
    const others = (desk.viewers.get(this.id) ?? []).filter(({ id }) => id !== desk.me.id);
    const names = others.map(({ name }) => words.san(plain(name))).join(words.and);
    const typing = typist && words.typing(words.san(plain(typist.name)));
    setText(this.presence, typing || (names && words.viewing(names)) || "");
  }

  async wrong(item) {
    const told = await ask({
      title: words.wrongTitle,
      hint: words.wrongHint,
      fields: [{ name: "right", label: words.wrongRight, kind: "long", required: true }],
      ok: words.wrong,
    });
    if (!told?.right.trim()) return;
    const right = told.right.trim();
    const path = `items/${encodeURIComponent(item.id)}/wrong`;
    if (await attempt(() => call("POST", path, { right }))) tell(words.wrongDone);
  }

  async resend(item) {
    const key = encodeURIComponent(item.key);
    const went = await attempt(() => call("POST", `failures/${key}/resend`));
    if (went) tell(words.resent);
    await this.desk.reread();
  }
}

/** What is done less often, behind one button. */
function menu(items) {
  const summary = h(
    "summary",
    { "aria-label": words.actions.more, title: words.actions.more, "data-action": "more" },
    icon("more"),
  );
  const list = h("div", { class: "menu" }, ...items);
  const details = h(
    "details",
    {
      class: "moreacts",
      onkeydown: (event) => {
        if (event.key !== "Escape" || !details.open) return;
        event.stopPropagation();
        details.open = false;
        summary.focus();
      },
      onfocusout: (event) => {
        if (!details.contains(event.relatedTarget)) details.open = false;
      },
    },
    summary,
    list,
  );
  return details;
}
