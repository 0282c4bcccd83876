// The keyboard: single keys where nobody is writing, and a list of them.

import { ACTIONS, possible } from "./actions.js";
import { show } from "./dialogs.js";
import { h } from "./dom.js";
import { words } from "./words.js";

/** Show what the keys do. */
export function showKeys() {
  const pairs = Object.entries(words.keys).flatMap(([key, what]) => [
    h("dt", {}, ...key.split(" / ").flatMap((each) => [h("kbd", {}, each), " "])),
    h("dd", {}, what),
  ]);
  show(words.keysHelp, h("dl", { class: "keys" }, ...pairs));
}

const isWriting = (target) => target.matches?.("input:not([type=radio]), textarea, select");

/** @param {object} app its parts */
export function listenToKeys(app) {
  const { desk, queue, talk, body } = app;
  const compose = (mode) => () => desk.openId && talk.composer.focus(mode);
  const act = (action) => () => {
    const { known } = talk;
    if (known && possible(desk, known).includes(action)) action.run(desk, known);
  };
  const keys = {
    j: () => queue.step(1),
    ArrowDown: () => queue.step(1),
    k: () => queue.step(-1),
    ArrowUp: () => queue.step(-1),
    g: () => !desk.isStore && queue.next(),
    r: compose("reply"),
    n: compose("note"),
    "/": () => desk.isMine(desk.talk) && (compose("reply")(), talk.composer.canned.open()),
    s: () => (location.hash = "#/search"),
    "?": showKeys,
    Escape: () => (body.hasAttribute("data-details") ? app.showDetails(false) : queue.focus()),
  };
  for (const action of ACTIONS) if (action.key) keys[action.key] = act(action);
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    const isArrow = event.key.startsWith("Arrow");
    // Arrows scroll, move and choose wherever they already have a meaning.
    if (isArrow && !event.target.matches(".row, body")) return;
    if (isWriting(event.target) && event.key !== "Escape") return;
    const key = keys[event.key];
    if (!key) return;
    event.preventDefault();
    key();
  });
}
