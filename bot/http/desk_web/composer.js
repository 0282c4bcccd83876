// Where staff write: a reply to the customer, or a note among themselves.

import { call } from "./api.js";
import { Canned } from "./canned.js";
import { attempt, tell } from "./dialogs.js";
import { button, h, plain, setText } from "./dom.js";
import { draft, keepDraft } from "./settings.js";
import { trouble, words } from "./words.js";

/** As the server takes it. */
const LONGEST = 4000;
const NEAR_LONGEST = 300;
/** Colleagues and the customer are told of it this often at most. */
const TYPING_MILLISECONDS = 3000;
/** Some browsers send the Enter that confirms kanji after the composition has ended. */
const AFTER_COMPOSITION_MILLISECONDS = 100;
/** What a canned reply leaves to fill in. */
const BLANK = /〔[^〔〕]*〕/u;
/** What the slash key gives, without and with a Japanese input method. */
const SLASHES = ["/", "／", "・"];

export class Composer {
  /** @param {import("./desk.js").Desk} desk @param {string} id @param {() => void} onSent */
  constructor(desk, id, onSent) {
    Object.assign(this, { desk, id, onSent });
    // The same reply, tried again, goes out once.
    this.attempt = { text: "", client_id: "" };
    /** What goes out one after the other, while the next is written. */
    this.leaving = [];
    this.mode = desk.isStore ? "note" : "reply";
    this.composedAt = -Infinity;
    this.typedAt = 0;
    this.input = h("textarea", {
      rows: "2",
      dir: "auto",
      oninput: (event) => this.changed(event.isComposing),
      onkeydown: (event) => this.key(event),
      oncompositionend: (event) => this.composed(event),
    });
    this.field = h("div", { class: "field" }, this.input);
    this.count = h("p", { class: "letters", role: "status" });
    this.why = h("p", { class: "why" });
    this.submit = h("button", { class: "primary" });
    this.canned = new Canned(desk, id, (text) => this.insert(text), () => this.focus());
    this.element = h(
      "form",
      { class: "composer", onsubmit: (event) => (event.preventDefault(), this.send()) },
      this.tools(),
      this.canned.element,
      this.why,
      this.field,
      h("div", { class: "sending" }, h("small", {}, words.sendHint), this.count, this.submit),
    );
    this.write(this.mode);
  }

  tools() {
    const mode = (value, label) =>
      h(
        "label",
        {},
        h("input", { type: "radio", name: "mode", value, onchange: () => this.write(value) }),
        h("span", {}, label),
      );
    this.aids = h(
      "div",
      { class: "aids" },
      button(`${words.canned} (/)`, () => this.canned.open()),
      button(words.suggest, () => this.suggest()),
    );
    return h(
      "div",
      { class: "tools" },
      h(
        "div",
        { class: "segments", role: "radiogroup", "aria-label": words.mode },
        !this.desk.isStore && mode("reply", words.modeReply),
        mode("note", words.modeNote),
      ),
      this.aids,
    );
  }

  get place() {
    return `${this.desk.me.id}.${this.id}.${this.mode}`;
  }

  /** Write a reply or a note; each has its own draft. @param {"reply" | "note"} mode */
  write(mode) {
    this.mode = mode;
    const radio = this.element.querySelector(`input[value="${mode}"]`);
    radio.checked = true;
    this.element.dataset.mode = mode;
    const isNote = mode === "note";
    const label = isNote ? words.writeNote : words.writeReply;
    this.input.setAttribute("aria-label", label);
    this.input.placeholder = label;
    setText(this.submit, isNote ? words.saveNote : words.send);
    this.aids.hidden = isNote;
    this.input.value = draft(this.place);
    this.fit();
    this.allow(this.talk);
  }

  /** Only the owner replies; everybody may leave a note. */
  allow(talk) {
    this.talk = talk;
    const isMine = this.desk.isMine(talk);
    const isClosed = this.mode === "reply" && !isMine;
    const owner = talk?.state === "with_person" && plain(talk.agent?.name);
    const whose = owner ? words.theirs(owner) : words.takeFirst;
    const hint = this.desk.isStore ? words.storeNote : whose;
    this.field.hidden = isClosed;
    this.element.querySelector(".sending").hidden = isClosed;
    this.aids.hidden = this.mode === "note" || isClosed;
    setText(this.why, talk && (isClosed || this.desk.isStore) ? hint : "");
    if (isClosed) this.canned.close();
  }

  focus(mode = this.mode) {
    if (mode !== this.mode) this.write(mode);
    this.input.focus();
  }

  insert(text) {
    const { value, selectionStart: from, selectionEnd: to } = this.input;
    this.input.value = value.slice(0, from) + text + value.slice(to);
    this.changed();
    this.focus();
    this.selectBlank();
  }

  /** Go to what is still to be filled in. @returns {boolean} is there something? */
  selectBlank() {
    const blank = BLANK.exec(this.input.value);
    if (blank) this.input.setSelectionRange(blank.index, blank.index + blank[0].length);
    return Boolean(blank);
  }

  async suggest() {
    let suggestion = null;
    const went = await attempt(
      async () => (suggestion = await call("GET", `conversations/${this.id}/suggestion`)),
    );
    if (!went) return;
    if (suggestion.text) this.insert(suggestion.text);
    else tell(words.suggestNone);
  }

  composed(event) {
    this.composedAt = event.timeStamp;
    this.slash();
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey) return;
    // 229: an input method has the key (older browsers do not set `isComposing`).
    if (event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (event.timeStamp - this.composedAt < AFTER_COMPOSITION_MILLISECONDS) return;
    this.send();
  }

  changed(isComposing = false) {
    keepDraft(this.place, this.input.value);
    this.fit();
    if (this.mode === "reply") this.types();
    if (!isComposing) this.slash();
  }

  /** A slash at the beginning looks for a canned reply. */
  slash() {
    if (this.mode === "reply" && SLASHES.includes(this.input.value)) {
      this.put("");
      this.canned.open();
    }
  }

  types() {
    if (!this.input.value || Date.now() - this.typedAt < TYPING_MILLISECONDS) return;
    this.typedAt = Date.now();
    call("POST", `conversations/${this.id}/typing`).catch(() => {});
  }

  fit() {
    // The field grows with an invisible copy of the text (see the styles).
    this.field.dataset.text = this.input.value;
    const left = LONGEST - this.input.value.length;
    setText(this.count, left < 0 ? words.over(-left) : left < NEAR_LONGEST ? words.left(left) : "");
    this.count.classList.toggle("over", left < 0);
  }

  send() {
    const text = this.input.value.trim();
    if (!text || text.length > LONGEST) return;
    if (this.mode === "reply" && this.selectBlank()) {
      tell(words.blank, "fault");
      return;
    }
    const { mode, place } = this;
    this.leaving.push({ mode, place, text });
    this.put("");
    if (this.leaving.length === 1) this.flush();
  }

  /** Send what waits, in order; what does not go is written again, with all behind it. */
  async flush() {
    while (this.leaving.length) {
      if (!(await this.deliver(this.leaving[0]))) {
        for (const unsent of this.leaving.splice(0).reverse()) this.takeBack(unsent);
        return;
      }
      this.leaving.shift();
      this.onSent();
    }
  }

  /** @returns {Promise<boolean>} has it gone? */
  async deliver({ mode, text }) {
    if (mode === "reply" && this.attempt.text !== text) {
      this.attempt = { text, client_id: crypto.randomUUID() };
    }
    const body = mode === "reply" ? this.attempt : { text };
    const explain = (error) => {
      const isKnown = error.status === 409 || error.status === 429;
      return isKnown ? trouble(error) : words.unsent;
    };
    const went = await attempt(() => this.desk.act(this.id, mode, body), explain);
    if (went) this.attempt = { text: "", client_id: "" };
    return went;
  }

  takeBack({ place, text }) {
    const whole = [text, draft(place)].filter(Boolean).join("\n");
    if (this.place === place) this.put(whole);
    else keepDraft(place, whole);
  }

  /** Put a text in, instead of what stood there. */
  put(text) {
    this.input.value = text;
    keepDraft(this.place, text);
    this.fit();
  }
}
