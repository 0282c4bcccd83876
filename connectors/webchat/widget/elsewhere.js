// Going on with the same talk in another channel.

import { drawing, h, plain } from "./dom.js";
import { link, webAddress } from "./links.js";
import { channelName, timeOfDay } from "./words.js";

/**
 * A link, its QR picture for another device, and the code for who comes by another way.
 * @param {{channel: string, code: string, expires_at: string, url?: string,
 *   qr?: {size: number, path: string}}} invitation
 * @param {import("./item.js").Scene} scene
 */
export function invitation({ channel, code, expires_at: until, url, qr }, { words, locale }) {
  const name = plain(channelName(channel));
  const address = webAddress(url);
  const end = timeOfDay(new Date(until), locale);
  return h(
    "div",
    { class: "message", "data-author": "system" },
    h(
      "div",
      { class: "invitation" },
      h("b", {}, words.elsewhere(name)),
      qr && picture(qr, name),
      address && link(address, words.openElsewhere(name)),
      h("p", {}, words.codeElsewhere(name, plain(code), end)),
    ),
  );
}

function picture({ size, path }, name) {
  const svg = drawing(path, size);
  svg.setAttribute("class", "qr");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `QR: ${name}`);
  return svg;
}
