// The shop as the chat shows it: its name, colour and languages, and where else it is reached.

import { styleSheets } from "./styles.js";
import { localeOf, WORDS } from "./words.js";

export class Shop {
  /**
   * @param {object} launcher
   * @param {import("./store.js").Store} store which knows the language the customer chose
   */
  constructor(launcher, store) {
    Object.assign(this, { launcher, store });
    this.told = {
      brand: { name: "", icon: "", accent: "" },
      languages: ["ja", "en"],
      elsewhere: [],
    };
    this.locale = this.wished();
    this.sheets = styleSheets();
    const { root } = launcher;
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...this.sheets];
    this.paint();
  }

  get words() {
    return WORDS[this.locale];
  }

  get name() {
    return this.launcher.settings.name || this.told.brand.name || this.words.shop;
  }

  /**
   * Ask the server; without an answer the page's own settings do.
   * @returns {Promise<boolean>} whether another language is to be spoken
   */
  async ask() {
    try {
      const response = await fetch(new URL("config", this.launcher.base), { credentials: "omit" });
      if (response.ok) this.told = await response.json();
    } catch {
      return false;
    }
    this.paint();
    return this.turn();
  }

  /** Speak the language wished for by now. @returns {boolean} whether it is another one */
  turn() {
    const before = this.locale;
    this.locale = this.wished();
    return this.locale !== before;
  }

  /** The language the customer chose, or else the page's; as far as the shop speaks it. */
  wished() {
    const wishes = [this.store.read().locale, this.launcher.settings.locale];
    const page = [document.documentElement.lang, navigator.language];
    return localeOf([...wishes, ...page], this.told.languages);
  }

  paint() {
    const { settings, paint, luminance } = this.launcher;
    this.sheets.colour(paint(settings.accent, this.told.brand.accent), luminance);
  }
}
