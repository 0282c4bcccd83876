// One entry of the conversation as elements.

import { cards } from "./cards.js";
import { h, icon, plain } from "./dom.js";
import { link, linked, mapAddress, webAddress } from "./links.js";

/**
 * @typedef {object} Scene what drawing needs to know
 * @property {typeof import("./words.js").WORDS.ja} words
 * @property {string} locale
 * @property {string} base address of the web chat on the server: relative pictures are there
 * @property {(choice: {label: string, tap: string}) => void} onChoose
 * @property {() => void} onRetry
 * @property {(sure: boolean) => void} onLeave whether to end the talk, when that was asked
 * @property {() => void} onFocusLost what had the focus is no longer there
 */

/** Who is speaking, told to those who do not see the shape. */
function speaker(item, words) {
  if (item.author === "agent") return words.agent(item.name);
  return { bot: words.bot, system: words.system, customer: words.you }[item.author];
}

/** The line above what one author says in a row. @param {string} time */
export function head(item, time, { words, base }) {
  if (item.author === "system") return null;
  // Each message says its author by itself to those who listen.
  const name = h("span", { class: "name", "aria-hidden": "true" }, plain(speaker(item, words)));
  const stamp = h("time", { datetime: item.at }, time);
  if (item.author === "customer") return h("div", { class: "head own" }, stamp);
  return h("div", { class: `head ${item.author}` }, face(item, base), name, stamp);
}

/** A person has a picture or an initial; the counter's face is drawn by the styles. */
function face({ author, name, avatar }, base) {
  const initial = author === "agent" && [...plain(name)][0];
  const address = webAddress(avatar, base);
  const onerror = () => picture.replaceWith(initial || "");
  const picture = address && h("img", { src: address, alt: "", decoding: "async", onerror });
  return h("span", { class: "face", "aria-hidden": "true" }, picture || initial);
}

/**
 * An answer is being written. Seen only: whoever listens hears the answer itself.
 * @param {{author: string, name?: string}} writer
 */
export function writing(writer) {
  const dots = h("span", { class: "dots" }, h("i"), h("i"), h("i"));
  const who = writer.author === "agent" && face(writer);
  return h("div", { class: `writing ${writer.author}`, "aria-hidden": "true" }, who, dots);
}

/** An entry of the timeline. @param {import("./talk.js").Item} item @param {Scene} scene */
export function message(item, scene) {
  const own = item.author === "customer";
  return h(
    "div",
    { class: "message", "data-author": item.author, "data-state": own ? "sent" : null },
    h("span", { class: "hidden" }, `${plain(speaker(item, scene.words))}: `),
    content(item, scene),
    own && state("sent", scene),
  );
}

/** A message of the customer's own on its way. @param {import("./outbox.js").Entry} entry */
export function ownMessage(entry, scene) {
  const { location } = entry.body;
  const said = location ? { place: { ...location } } : { text: entry.shown };
  const item = { author: "customer", ...said };
  const element = message(item, scene);
  setState(element, entry.state, scene);
  return element;
}

/** Show how far an own message has come. */
export function setState(element, now, scene) {
  if (element.dataset.state === now) return;
  element.dataset.state = now;
  element.querySelector(".state").replaceWith(state(now, scene));
}

function state(now, { words, onRetry }) {
  const retry = h("button", { type: "button", class: "retry", onclick: onRetry }, words.retry);
  return h("span", { class: "state" }, h("span", {}, words[now]), now === "failed" && retry);
}

function content(item, scene) {
  if (item.cards) return cards(item.cards, scene);
  if (item.picture) return picture(item.picture, scene);
  if (item.place) return place(item, scene);
  return h("p", { class: "bubble", dir: "auto" }, ...linked(item.text));
}

function picture({ url, alt }, { base, words }) {
  const address = webAddress(url, base);
  const name = plain(alt) || words.picture;
  const instead = h("p", { class: "bubble", dir: "auto" }, name);
  if (!address) return instead;
  const onerror = () => figure.replaceWith(instead);
  const shown = h("img", { src: address, alt: name, decoding: "async", onerror });
  const figure = h("figure", { class: "picture" }, shown);
  return figure;
}

function place({ place: { name, address, lat, lng } }, { words }) {
  return h(
    "div",
    { class: "place" },
    h("span", { class: "pin", "aria-hidden": "true" }, icon("pin")),
    h("b", { dir: "auto" }, plain(name) || words.place),
    address && h("span", { dir: "auto" }, plain(address)),
    link(mapAddress(lat, lng), words.map),
  );
}

/** The answers a message offers. */
export function choices(offered, { words, onChoose }) {
  // Marks out of five belong on one line: one sees at once which is the best.
  const areMarks = offered.every(({ label }) => /[★☆⭐]/u.test(label));
  const named = { role: "group", "aria-label": words.choices };
  return h(
    "div",
    { class: areMarks ? "choices marks" : "choices", ...named },
    ...offered.map((choice) =>
      h(
        "button",
        { type: "button", dir: "auto", onclick: () => onChoose(choice) },
        plain(choice.label),
      ),
    ),
  );
}
