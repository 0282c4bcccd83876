// Cards side by side: a picture, facts, buttons.

import { h, iconButton, plain } from "./dom.js";
import { linked, webAddress } from "./links.js";

/**
 * @param {{title: string, text?: string, image_url?: string, choices?: object[]}[]} shown
 * @param {import("./item.js").Scene} scene
 */
export function cards(shown, scene) {
  const { words } = scene;
  const track = h(
    "ul",
    { class: "track", "aria-label": words.cards, tabindex: "0" },
    ...shown.map((each) => card(each, scene)),
  );
  const turn = (direction) => () =>
    track.scrollBy({ left: direction * track.clientWidth * 0.8, behavior: "smooth" });
  // Arrows are for the mouse: keys and fingers move the cards themselves.
  const arrow = (name, direction) =>
    iconButton(name, words[name], {
      class: `arrow ${name}`,
      tabindex: "-1",
      onclick: turn(direction),
    });
  if (shown.length < 2) return h("div", { class: "cards" }, track);
  return h("div", { class: "cards" }, track, arrow("previous", -1), arrow("next", 1));
}

function card({ title, text, image_url: image, choices = [] }, scene) {
  const address = webAddress(image, scene.base);
  const onerror = () => picture.remove();
  const picture =
    address &&
    h("div", { class: "shown" }, h("img", { src: address, alt: "", decoding: "async", onerror }));
  return h(
    "li",
    { class: "card" },
    picture,
    h(
      "div",
      { class: "facts" },
      h("b", { dir: "auto" }, plain(title)),
      text && h("p", { dir: "auto" }, ...linked(text)),
    ),
    ...choices.map((choice) =>
      h(
        "button",
        {
          type: "button",
          dir: "auto",
          "aria-label": `${plain(choice.label)}: ${plain(title)}`,
          onclick: () => scene.onChoose(choice),
        },
        plain(choice.label),
      ),
    ),
  );
}
