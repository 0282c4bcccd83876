// Which addresses the widget follows or shows: http and https, nothing else.

import { h, plain } from "./dom.js";

// Ends at spaces, quotes, brackets and Japanese punctuation, which are never part of an address.
const ADDRESS = /https?:\/\/[^\s<>"'`{}|\\^「」『』（）()［］【】〈〉《》、。，．！？；：　]+/giu;
const TRAILING = /[.,:;!?*_~]+$/u;

/**
 * A text with its addresses as links.
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function linked(text) {
  const parts = [];
  let from = 0;
  for (const found of plain(text).matchAll(ADDRESS)) {
    const shown = found[0].replace(TRAILING, "");
    const url = webAddress(shown);
    if (!url) continue;
    parts.push(plain(text).slice(from, found.index), link(url, shown));
    from = found.index + shown.length;
  }
  parts.push(plain(text).slice(from));
  return parts.filter(Boolean);
}

/** A link that opens beside the shop's page and tells the other side nothing of it. */
export function link(url, ...children) {
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/**
 * An absolute http(s) address, or null.
 * @param {string | null | undefined} text
 * @param {string} [base] what a relative address is relative to; without it there are none
 */
export function webAddress(text, base) {
  if (!text) return null;
  try {
    const url = new URL(String(text), base);
    const isWeb = url.protocol === "https:" || url.protocol === "http:";
    return isWeb && !url.username && !url.password ? url.href : null;
  } catch {
    return null;
  }
}

/** Where a point is on the map. */
export function mapAddress(lat, lng) {
  return `https://www.google.com/maps/search/?api=1&query=${Number(lat)},${Number(lng)}`;
}
