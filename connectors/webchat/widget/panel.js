// The window of the chat: head, conversation, composer.

import { h, iconButton, plain } from "./dom.js";
import { webAddress } from "./links.js";
import { channelName } from "./words.js";

/**
 * @typedef {object} Actions
 * @property {() => void} close
 * @property {(text: string) => void} say
 * @property {() => void} sharePlace
 * @property {(channel: string) => void} goElsewhere
 * @property {() => void} leave
 * @property {() => void} switchLanguage
 */

export class Panel {
  /**
   * @param {object} launcher whose empty window is filled
   * @param {import("./shop.js").Shop} shop
   * @param {import("./item.js").Scene} scene
   * @param {Actions} actions
   */
  constructor(launcher, shop, scene, actions) {
    Object.assign(this, { shop, scene, actions });
    const { words } = scene;
    this.subtitle = h("p", { class: "subtitle" }, words.subtitle);
    this.more = iconButton("menu", words.menu, {
      class: "tool",
      "aria-expanded": "false",
      "aria-controls": "menu",
      onclick: () => this.toggleMenu(),
    });
    this.mark = h("span");
    this.title = h("h2", { id: "name", dir: "auto" });
    this.menu = h("div", { class: "menu", id: "menu", hidden: true });
    this.strip = h("p", { class: "strip", role: "status" });
    this.body = h("div", { class: "body" });
    this.element = launcher.panel;
    this.element.lang = scene.locale;
    this.element.setAttribute("aria-labelledby", "name");
    this.element.replaceChildren(this.makeHead(), this.menu, this.strip, this.body);
    this.element.onkeydown = (event) => this.key(event);
    this.element.onclick = (event) => this.clicked(event);
    this.furnish();
  }

  /**
   * Show what the shop has told of itself by now. What the customer writes in stays where it is:
   * an input method loses the word under way when its field is made anew.
   */
  furnish() {
    const held = this.menuHasFocus();
    const mark = this.makeMark();
    this.mark.replaceWith(mark);
    this.mark = mark;
    this.title.textContent = this.shop.name;
    this.menu.replaceChildren(...this.makeEntries());
    if (held) this.menu.querySelector("button").focus();
  }

  makeHead() {
    const { scene, actions } = this;
    return h(
      // No `header`: that would be a second banner on the shop's page.
      "div",
      { class: "top" },
      this.mark,
      h("div", { class: "title" }, this.title, this.subtitle),
      this.more,
      iconButton("close", scene.words.close, { class: "tool", onclick: actions.close }),
    );
  }

  makeMark() {
    const { shop, scene } = this;
    const picture = webAddress(shop.told.brand.icon, scene.base);
    if (picture) return h("img", { class: "mark", src: picture, alt: "" });
    return h("span", { class: "mark", "aria-hidden": "true" }, [...shop.name][0]);
  }

  makeEntries() {
    const { scene, actions } = this;
    const { words } = scene;
    const { elsewhere, languages } = this.shop.told;
    const entry = (label, action) =>
      h("button", { type: "button", onclick: () => (this.closeMenu(), action()) }, label);
    return [
      entry(words.person, () => actions.say(words.askPerson)),
      entry(words.sharePlace, actions.sharePlace),
      ...elsewhere.map(({ channel }) =>
        entry(words.elsewhere(channelName(channel)), () => actions.goElsewhere(channel)),
      ),
      ...(languages.length > 1 ? [entry(words.language, actions.switchLanguage)] : []),
      entry(words.leave, actions.leave),
    ];
  }

  /** What is to be known about the connection; nothing when all is well. */
  tell(text) {
    if (this.strip.textContent !== text) this.strip.textContent = text;
  }

  /** Who is answering. @param {import("./talk.js").Item} [partner] */
  introduce(partner) {
    const { words } = this.scene;
    const withPerson = partner?.author === "agent";
    this.subtitle.textContent = withPerson ? words.withPerson(plain(partner.name)) : words.subtitle;
  }

  toggleMenu() {
    if (!this.menu.hidden) return this.closeMenu();
    this.menu.hidden = false;
    this.more.setAttribute("aria-expanded", "true");
    return this.menu.querySelector("button, a").focus();
  }

  closeMenu() {
    if (this.menu.hidden) return;
    const held = this.menuHasFocus();
    this.menu.hidden = true;
    this.more.setAttribute("aria-expanded", "false");
    if (held) this.more.focus();
  }

  menuHasFocus() {
    return this.menu.contains(this.menu.getRootNode().activeElement);
  }

  key(event) {
    // An Escape that ends a conversion to kanji is not for us.
    if (event.key !== "Escape" || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    event.stopPropagation();
    if (this.menu.hidden) this.actions.close();
    else this.closeMenu();
  }

  clicked(event) {
    const inMenu = this.menu.contains(event.target) || this.more.contains(event.target);
    if (!inMenu) this.closeMenu();
  }
}

/** What stands above the first message: a greeting, and how we answer. */
export function welcome({ words }) {
  return h(
    "section",
    { class: "welcome" },
    h("p", { class: "hello" }, words.hello),
    h("p", { class: "ask" }, words.ask),
    h("p", { class: "consent" }, words.consent),
  );
}

/** What others ask, for who does not know how to begin. @param {(text: string) => void} onSay */
export function starters({ words }, onSay) {
  const starter = (text) => h("button", { type: "button", onclick: () => onSay(text) }, text);
  const named = { class: "starters", role: "group", "aria-label": words.starters };
  return h("div", named, ...words.starter.map(starter));
}
