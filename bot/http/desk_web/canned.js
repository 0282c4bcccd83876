// Canned replies: found by a few letters, put in with their variables filled.

import { call } from "./api.js";
import { attempt } from "./dialogs.js";
import { h, plain } from "./dom.js";
import { words } from "./words.js";

const SHOWN = 30;
const folded = (text) => plain(text).normalize("NFKC").toLowerCase();

export class Canned {
  /**
   * @param {import("./desk.js").Desk} desk @param {string} id of the conversation
   * @param {(text: string) => void} onChosen @param {() => void} onClosed
   */
  constructor(desk, id, onChosen, onClosed) {
    Object.assign(this, { desk, id, onChosen, onClosed });
    this.input = h("input", {
      type: "search",
      role: "combobox",
      "aria-label": words.cannedFind,
      placeholder: words.cannedFind,
      "aria-expanded": "true",
      "aria-controls": "canned",
      "aria-autocomplete": "list",
      autocomplete: "off",
      oninput: () => this.find(),
      onkeydown: (event) => this.key(event),
    });
    this.list = h("ul", { id: "canned", role: "listbox", "aria-label": words.canned });
    this.nothing = h("p", { class: "empty", role: "status" });
    this.element = h(
      "div",
      { class: "canned", hidden: true, onfocusout: (event) => this.left(event) },
      this.input,
      this.list,
      this.nothing,
    );
  }

  async open() {
    const { language } = this.desk.talk ?? {};
    const query = new URLSearchParams({ language, conversation_id: this.id });
    this.input.value = "";
    this.list.replaceChildren();
    this.element.hidden = false;
    this.input.focus();
    const went = await attempt(async () => {
      this.items = (await call("GET", `canned?${query}`)).items;
    });
    if (went) this.find();
    else this.close();
  }

  close() {
    this.element.hidden = true;
  }

  left(event) {
    if (!this.element.contains(event.relatedTarget)) this.close();
  }

  find() {
    const parts = folded(this.input.value).split(/\s+/u);
    const fits = ({ key, title, text }) => {
      const all = folded(`${key} ${title} ${text}`);
      return parts.every((part) => all.includes(part));
    };
    this.found = (this.items ?? []).filter(fits).slice(0, SHOWN);
    this.list.replaceChildren(...this.found.map((each, index) => this.option(each, index)));
    this.nothing.textContent = this.found.length ? "" : words.cannedNone;
    this.choose(0);
  }

  option({ title, text }, index) {
    return h(
      "li",
      {
        role: "option",
        id: `canned-${index}`,
        // The search keeps the focus.
        onpointerdown: (event) => event.preventDefault(),
        onclick: () => this.take(index),
      },
      h("b", { dir: "auto" }, plain(title)),
      h("span", { dir: "auto" }, plain(text)),
    );
  }

  choose(index) {
    this.at = Math.min(Math.max(index, 0), this.found.length - 1);
    const options = [...this.list.children];
    options.forEach((each, n) => each.setAttribute("aria-selected", String(n === this.at)));
    this.input.setAttribute("aria-activedescendant", options[this.at]?.id ?? "");
    options[this.at]?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) this.choose(this.at + move);
    else if (event.key === "Enter") this.take(this.at);
    else if (event.key === "Escape") {
      this.close();
      this.onClosed();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  take(index) {
    const chosen = this.found[index];
    if (!chosen) return;
    this.close();
    this.onChosen(chosen.text);
  }
}
