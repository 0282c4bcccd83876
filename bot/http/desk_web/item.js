// One entry of the timeline, drawn as the customer saw it.

import { button, h, moment, plain, told } from "./dom.js";
import { timeOfDay, words } from "./words.js";

// Ends at spaces, quotes, brackets and Japanese punctuation, which are never part of an address.
const ADDRESS = /https?:\/\/[^\s<>"'`{}|\\^「」『』（）()［］【】〈〉《》、。，．！？；：　]+/giu;

/** An absolute https or http address, or one of our own; null for everything else. */
export function webAddress(text) {
  try {
    const url = new URL(String(text), `${location.origin}/webchat/`);
    const isWeb = url.protocol === "https:" || url.protocol === "http:";
    return text && isWeb && !url.username && !url.password ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that opens beside the desk and tells the other side nothing of it. */
function link(href, ...children) {
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** Our own words with their addresses as links. What customers write is never made a link. */
function linked(text) {
  const parts = [];
  let from = 0;
  for (const { 0: shown, index } of text.matchAll(ADDRESS)) {
    const href = webAddress(shown);
    if (!href) continue;
    parts.push(text.slice(from, index), link(href, shown));
    from = index + shown.length;
  }
  return [...parts, text.slice(from)];
}

/** Who is speaking. */
function speaker({ author, name }) {
  const said = words.authors[author];
  return typeof said === "function" ? said(plain(name)) : said;
}

/**
 * @param {object} item as the API gives it
 * @param {boolean} hasHead is its author named? Not where the same one goes on
 * @param {{onWrong: (item: object) => void, onResend: (item: object) => void,
 *   mayAct: boolean}} acts
 */
export function entry(item, hasHead, acts) {
  const at = moment(item.at, timeOfDay(item.at));
  const isNamed = hasHead && item.author !== "system";
  const name = told(speaker(item), { class: isNamed ? "name" : "hidden" });
  const canBeWrong = item.author === "bot" && acts.mayAct && !item.erased;
  return h(
    "article",
    { class: "message", "data-author": item.author, "data-failed": Boolean(item.failed) },
    h(
      "header",
      {},
      name,
      at,
      canBeWrong && button(words.wrong, () => acts.onWrong(item), { class: "quiet" }),
    ),
    said(item),
    item.failed && failure(item, acts),
  );
}

/** What it says: its content, or what became of it. */
function said(item) {
  if (item.erased) return h("p", { class: "erased" }, words.erased);
  if (item.joined) return h("p", { class: "erased" }, words.joined);
  return content(item);
}

/** Why something did not go out, with the platform's own words behind it. */
export function whyUnsent({ kind, detail }) {
  const why = words.refusals[kind] ?? words.refusals.unreachable;
  return [h("span", {}, words.failed(why)), detail && h("small", {}, told(detail))];
}

function failure(item, { onResend, mayAct }) {
  return h(
    "p",
    { class: "failed" },
    ...whyUnsent(item.failed),
    mayAct && button(words.resend, () => onResend(item)),
  );
}

function content(item) {
  const parts = [];
  if (item.text) parts.push(bubble(item));
  if (item.cards) parts.push(cards(item.cards));
  if (item.picture) parts.push(picture(item.picture.url, item.picture.alt));
  if (item.place) parts.push(place(item.place));
  if (item.media) parts.push(media(item.media));
  if (item.choices?.length) parts.push(choices(item.choices));
  return h("div", { class: "content" }, ...parts);
}

function bubble(item) {
  const text = plain(item.text);
  const isOurs = item.author === "bot" || item.author === "agent";
  return h("p", { class: "bubble", dir: "auto" }, ...(isOurs ? linked(text) : [text]));
}

/** What the customer could tap; here it only shows. */
function choices(offered) {
  const shown = offered.map(({ label }) => h("li", { dir: "auto" }, plain(label)));
  return h("ul", { class: "choices", "aria-label": words.choices }, ...shown);
}

function cards(shown) {
  const card = ({ title, text, image_url: image, choices: offered }) =>
    h(
      "li",
      { class: "card" },
      image && picture(image, ""),
      h("b", { dir: "auto" }, plain(title)),
      text && h("p", { dir: "auto" }, plain(text)),
      offered?.length && choices(offered),
    );
  return h(
    "ul",
    { class: "cards", "aria-label": words.cards, tabindex: "0" },
    ...shown.map(card),
  );
}

function picture(url, alt) {
  const src = webAddress(url);
  const name = plain(alt);
  const instead = h("p", { class: "instead" }, told(name || words.picture));
  if (!src) return instead;
  const onerror = () => shown.replaceWith(instead);
  const shown = h("img", { src, alt: name, loading: "lazy", decoding: "async", onerror });
  return shown;
}

function place({ name, address, lat, lng }) {
  const map = `https://www.google.com/maps/search/?api=1&query=${Number(lat)},${Number(lng)}`;
  return h(
    "p",
    { class: "place" },
    name && h("b", { dir: "auto" }, plain(name)),
    address && told(address),
    link(map, words.map),
  );
}

function media({ url, name, content_type: type }) {
  const shown = plain(name) || words.file;
  if (type?.startsWith("image/")) return link(url, picture(url, shown));
  return h("p", { class: "file" }, h("a", { href: url, download: shown }, told(shown)));
}
