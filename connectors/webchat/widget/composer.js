// Where the customer writes.

import { h, iconButton } from "./dom.js";

const LONGEST = 10_000;
const DRAFT_MILLISECONDS = 300;
/** Some browsers send the Enter that confirms kanji after the composition has ended. */
const AFTER_COMPOSITION_MILLISECONDS = 100;

export class Composer {
  /**
   * @param {typeof import("./words.js").WORDS.ja} words
   * @param {string} draft
   * @param {(text: string) => void} onSend
   * @param {(draft: string) => void} onDraft
   */
  constructor(words, draft, onSend, onDraft) {
    this.onSend = onSend;
    this.onDraft = onDraft;
    this.composedAt = -Infinity;
    this.input = h("textarea", {
      class: "input",
      rows: "1",
      "aria-label": words.write,
      placeholder: words.write,
      maxlength: LONGEST,
      enterkeyhint: "send",
      dir: "auto",
      oninput: () => this.changed(),
      onkeydown: (event) => this.key(event),
      oncompositionend: (event) => (this.composedAt = event.timeStamp),
    });
    this.field = h("div", { class: "field" }, this.input);
    this.button = iconButton("send", words.send, { class: "send", type: "submit" });
    this.element = h(
      "form",
      { class: "composer", onsubmit: (event) => (event.preventDefault(), this.send()) },
      this.field,
      this.button,
    );
    this.set(draft);
  }

  /** Put a text in, instead of what stood there. */
  set(text) {
    this.input.value = text;
    this.changed();
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey) return;
    // 229: an input method has the key (older browsers do not set `isComposing`).
    if (event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (event.timeStamp - this.composedAt < AFTER_COMPOSITION_MILLISECONDS) return;
    this.send();
  }

  send() {
    const text = this.input.value.trim();
    if (!text) return;
    this.set("");
    this.keep();
    this.onSend(text);
    this.focus();
  }

  changed() {
    // The field grows with an invisible copy of the text (see the styles).
    this.field.dataset.text = this.input.value;
    this.button.disabled = !this.input.value.trim();
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.keep(), DRAFT_MILLISECONDS);
  }

  keep() {
    clearTimeout(this.keeping);
    if (this.input.isConnected) this.onDraft(this.input.value);
  }
}
