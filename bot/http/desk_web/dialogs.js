// Questions to the staff member, and short words about what became of something.

import { Refused } from "./api.js";
import { button, h, plain } from "./dom.js";
import { trouble, words } from "./words.js";

const TOLD_MILLISECONDS = 6000;

const toasts = h("div", { class: "toasts", role: "status" });

/** Where short words are shown; stands in the page from the start, so that they are read out. */
export function toastRegion() {
  return toasts;
}

/** Say something short. */
export function tell(text, kind = "done") {
  const toast = h("p", { class: `toast ${kind}` }, text);
  toasts.replaceChildren(toast);
  setTimeout(() => toast.remove(), TOLD_MILLISECONDS);
}

/** Do it; what goes wrong is told. @returns {Promise<boolean>} did it go well? */
export async function attempt(doing, explain = trouble) {
  try {
    await doing();
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status !== 401) tell(explain(error), "fault");
    return false;
  }
}

/**
 * Ask for some values.
 * @param {object} question
 * @param {string} question.title
 * @param {string} [question.hint]
 * @param {Field[]} question.fields
 * @param {string} question.ok the word on the button
 * @returns {Promise<Record<string, string> | null>} null: never mind
 * @typedef {{name: string, label: string, kind: "text" | "long" | "choice", required?: boolean,
 *   value?: string, groups?: {label: string, options: {value: string, label: string}[]}[]}} Field
 */
export function ask({ title, hint, fields, ok }) {
  return new Promise((resolve) => {
    const form = h(
      "form",
      { method: "dialog" },
      h("h2", { id: "asked" }, title),
      hint && h("p", { class: "hint" }, hint),
      ...fields.map(field),
      h(
        "div",
        { class: "buttons" },
        button(words.cancel, () => dialog.close()),
        h("button", { class: "primary", value: "ok" }, ok),
      ),
    );
    const dialog = h("dialog", { "aria-labelledby": "asked" }, form);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "ok" ? Object.fromEntries(new FormData(form)) : null);
    });
    form.addEventListener("keydown", (event) => {
      const isSend = event.key === "Enter" && (event.ctrlKey || event.metaKey);
      if (isSend && !event.isComposing) form.requestSubmit(form.querySelector(".primary"));
    });
    document.body.append(dialog);
    dialog.showModal();
    form.querySelector("textarea, input, .primary").focus();
  });
}

function field({ name, label, kind, required, value = "", groups = [] }) {
  if (kind === "choice") {
    const filled = groups.filter((group) => group.options.length);
    const options = filled.map((group) => radios(name, group));
    return h("fieldset", {}, h("legend", {}, label), ...options);
  }
  const input =
    kind === "long"
      ? h("textarea", { name, required, rows: "4", dir: "auto" }, plain(value))
      : h("input", { name, required, value, dir: "auto" });
  return h("label", { class: "field" }, label, input);
}

function radios(name, { label, options }) {
  const radio = ({ value, label: shown, note }) =>
    h(
      "label",
      { class: "option" },
      h("input", { type: "radio", name, value, required: true }),
      h("bdi", {}, plain(shown)),
      note && h("small", {}, note),
    );
  return h(
    "div",
    { class: "options", role: "group", "aria-label": label },
    label && h("p", { class: "grouplabel", "aria-hidden": "true" }, label),
    ...options.map(radio),
  );
}

/** Show something to read. */
export function show(title, ...content) {
  const dialog = h(
    "dialog",
    { "aria-labelledby": "shown" },
    h("h2", { id: "shown" }, title),
    ...content,
    h(
      "div",
      { class: "buttons" },
      button(words.close, () => dialog.close(), { class: "primary" }),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
