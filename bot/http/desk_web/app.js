// The desk: puts the parts together and keeps them fresh.

import { Alerts } from "./alerts.js";
import { call, comeBack, holdCsrf, leave, whenGone } from "./api.js";
import { Aside } from "./aside.js";
import { Desk } from "./desk.js";
import { tell, toastRegion } from "./dialogs.js";
import { h } from "./dom.js";
import { listenToKeys } from "./keys.js";
import { Live } from "./live.js";
import { PAGES } from "./pages.js";
import { Queue } from "./queue.js";
import { Talk } from "./talk.js";
import { Topbar } from "./topbar.js";
import { speak, trouble, words } from "./words.js";

class App {
  constructor(me) {
    const desk = new Desk(me);
    this.desk = desk;
    this.alerts = new Alerts(desk);
    this.topbar = new Topbar(desk, this.alerts);
    this.queue = new Queue(desk);
    this.aside = new Aside(desk, () => this.showDetails(false));
    this.talk = new Talk(desk, () => this.showDetails(true));
    this.page = h("div", { class: "otherpage", hidden: true });
    this.body = h(
      "main",
      { class: "desk" },
      this.queue.element,
      this.talk.element,
      this.aside.element,
      this.page,
    );
    this.live = new Live({
      onEvent: (name, data) => desk.hear(name, data),
      onState: (connected) => this.topbar.connected(connected),
    });
  }

  start(queue) {
    document.body.replaceChildren(
      this.topbar.element,
      this.topbar.connection,
      this.body,
      this.alerts.region,
      toastRegion(),
    );
    this.desk.fill(queue);
    addEventListener("hashchange", () => this.route());
    this.desk.addEventListener("moved", ({ detail }) => location.replace(`#/c/${detail}`));
    this.desk.addEventListener("joined", () => tell(words.joinedMine));
    this.route();
    listenToKeys(this);
    this.live.start(queue.cursor);
  }

  /** Where the screen is narrow, what stands beside the talk lies on it. */
  showDetails(isShown) {
    this.body.toggleAttribute("data-details", isShown);
    (isShown ? this.aside.element : this.talk.element).focus({ preventScroll: true });
  }

  /** Show what the address says: a conversation, a page, or the list. */
  route() {
    const [, name, id] = /^#\/(\w+)(?:\/([\w-]+))?$/u.exec(location.hash) ?? [];
    const page = this.topbar.links.has(name) ? PAGES[name] : null;
    const openId = name === "c" && id ? id : "";
    this.topbar.mark(page ? name : "talks");
    this.page.hidden = !page;
    this.talk.element.hidden = Boolean(page);
    this.page.replaceChildren(...(page ? [page()] : []));
    this.body.dataset.view = page ? "page" : openId ? "talk" : "queue";
    this.body.removeAttribute("data-details");
    this.desk.open(openId);
    this.live.view(openId);
    if (openId) this.talk.element.focus({ preventScroll: true });
  }
}

async function begin() {
  whenGone(leave);
  try {
    const [me, queue] = await Promise.all([call("GET", "me"), call("GET", "queue")]);
    holdCsrf(me.csrf);
    speak([...me.languages, navigator.language]);
    comeBack();
    new App(me).start(queue);
  } catch (error) {
    if (error.status === 401) return;
    speak([navigator.language]);
    const again = h("button", { type: "button", onclick: () => location.reload() }, words.retry);
    const said = h("main", { class: "broken" }, h("p", {}, trouble(error)), again);
    document.body.replaceChildren(said);
  }
}

begin();
