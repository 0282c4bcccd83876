// Who else is at the desk, and takes new conversations.

import { call } from "./api.js";
import { attempt } from "./dialogs.js";
import { h, setText, told } from "./dom.js";
import { words } from "./words.js";

export class Colleagues {
  /** @param {import("./desk.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.lines = new Map();
    this.element = h("ul", { class: "colleagues", "aria-label": words.colleagues, tabindex: "0" });
    desk.addEventListener("colleague", ({ detail }) => this.mark(detail.agent_id, detail.status));
  }

  /** Look who there is. */
  async fill() {
    let agents;
    if (!(await attempt(async () => (agents = await call("GET", "agents"))))) return;
    const others = agents.items.filter(({ id, role }) => id !== this.desk.me.id && role !== "store");
    this.lines = new Map(others.map(({ id, name }) => [id, line(name)]));
    this.element.replaceChildren(...this.lines.values());
    for (const { id, status } of others) this.mark(id, status);
  }

  /** Somebody came, went away or is back. */
  mark(id, status) {
    const shown = this.lines.get(id);
    if (!shown) return;
    shown.dataset.status = status;
    setText(shown.lastElementChild, words[status]);
  }
}

function line(name) {
  return h("li", { class: "status" }, told(name), h("small", {}));
}
