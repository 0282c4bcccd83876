// The bar on top: pages, my status, what I have chosen for this device.

import { call, leave } from "./api.js";
import { Colleagues } from "./colleagues.js";
import { ask, attempt, tell } from "./dialogs.js";
import { button, h, plain, setText, told } from "./dom.js";
import { showKeys } from "./keys.js";
import { applyTheme, choose, forgetDrafts, setting } from "./settings.js";
import { locale, words } from "./words.js";

export class Topbar {
  /** @param {import("./desk.js").Desk} desk @param {import("./alerts.js").Alerts} alerts */
  constructor(desk, alerts) {
    this.desk = desk;
    this.alerts = alerts;
    this.links = new Map(this.pages().map((name) => [name, page(name)]));
    this.connection = h("p", { class: "connection", role: "status" });
    this.status = button("", () => this.switch(), { class: "status" });
    this.element = h(
      "header",
      { class: "top" },
      h("b", { class: "brand" }, words.title),
      h("nav", { class: "pages", "aria-label": words.nav }, ...this.links.values()),
      !desk.isStore && this.status,
      this.menu(),
    );
    desk.addEventListener("me", () => this.draw());
    this.draw();
  }

  pages() {
    const { isStore, isSupervisor } = this.desk;
    if (isStore) return ["talks"];
    return ["talks", "search", "failures", ...(isSupervisor ? ["learning", "audit"] : [])];
  }

  /** Which page is shown. */
  mark(name) {
    for (const [each, element] of this.links) {
      if (each === name) element.setAttribute("aria-current", "page");
      else element.removeAttribute("aria-current");
    }
  }

  /** @param {boolean} connected are we told what happens? */
  connected(connected) {
    const why = navigator.onLine ? words.reconnecting : words.offline;
    setText(this.connection, connected ? "" : why);
    // Who came or went meanwhile is told to nobody again.
    if (connected && this.details.open) this.colleagues?.fill();
  }

  draw() {
    const { status } = this.desk.me;
    this.status.dataset.status = status;
    setText(this.status, words[status]);
    this.status.title = status === "away" ? words.awayHint : "";
    this.status.setAttribute("aria-label", words.statusNow(words[status]));
  }

  async switch() {
    const { me } = this.desk;
    const status = me.status === "online" ? "away" : "online";
    if (!(await attempt(() => call("PUT", "me/status", { status })))) return;
    me.status = status;
    this.desk.tell("me");
    if (status === "away") tell(words.awayHint);
  }

  menu() {
    const { me, isStore } = this.desk;
    this.colleagues = isStore ? null : new Colleagues(this.desk);
    const items = h(
      "div",
      { class: "menu" },
      h("p", { class: "whoami" }, told(me.name), h("small", {}, plain(me.email))),
      this.colleagues?.element,
      !isStore && button(words.handOverAll, () => this.handOver()),
      this.toggle(words.sound, "sound", (isOn) => this.alerts.setSound(isOn)),
      this.toggle(words.notify, "notify", (isOn, box) => this.askNotify(isOn, box)),
      theme(),
      button(words.keysHelp, showKeys, { "aria-keyshortcuts": "?" }),
      button(words.language, () => {
        choose("locale", locale === "ja" ? "en" : "ja");
        location.reload();
      }, { lang: locale === "ja" ? "en" : "ja" }),
      button(words.logout, () => this.logout()),
    );
    const summary = h("summary", {}, words.settings);
    const details = h(
      "details",
      {
        class: "me",
        ontoggle: () => details.open && this.colleagues?.fill(),
        onkeydown: (event) => {
          if (event.key !== "Escape" || !details.open) return;
          event.stopPropagation();
          details.open = false;
          summary.focus();
        },
        onfocusout: ({ relatedTarget }) => {
          if (relatedTarget && !details.contains(relatedTarget)) details.open = false;
        },
      },
      summary,
      items,
    );
    addEventListener("pointerdown", ({ target }) => {
      if (!details.contains(target)) details.open = false;
    });
    this.details = details;
    return details;
  }

  toggle(label, name, onToggle) {
    const box = h("input", {
      type: "checkbox",
      checked: Boolean(setting(name)),
      onchange: () => onToggle(box.checked, box),
    });
    return h("label", { class: "toggle" }, box, label);
  }

  async askNotify(isOn, box) {
    if (await this.alerts.setNotify(isOn)) return;
    box.checked = false;
    tell(words.notifyDenied, "fault");
  }

  async handOver() {
    const sure = await ask({
      title: words.handOverAll,
      hint: words.handOverAllSure,
      fields: [],
      ok: words.handOverAll,
    });
    if (!sure) return;
    let count = 0;
    const went = await attempt(async () => ({ count } = await call("POST", "mine/hand_over")));
    if (went) tell(words.handedOver(count));
  }

  async logout() {
    forgetDrafts();
    if (await attempt(() => call("POST", "logout"))) leave("");
  }
}

function page(name) {
  return h("a", { href: name === "talks" ? "#/" : `#/${name}` }, words.pages[name]);
}

function theme() {
  const now = setting("theme") ?? "auto";
  const option = ([value, label]) => h("option", { value, selected: value === now }, label);
  const onchange = ({ target }) => {
    choose("theme", target.value);
    applyTheme(target.value);
  };
  const options = Object.entries(words.themes).map(option);
  return h("label", { class: "toggle" }, words.theme, h("select", { onchange }, ...options));
}
