// Making elements. Text is always set as text, and no attribute can carry script or style.

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9.5l6 6 6-6",
  menu: "M5 12h.01M12 12h.01M19 12h.01",
  next: "M9.5 6l6 6-6 6",
  pin:
    "M12 21s-6.5-5.6-6.5-11a6.5 6.5 0 0 1 13 0c0 5.4-6.5 11-6.5 11Z" +
    "M12 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z",
  previous: "M14.5 6l-6 6 6 6",
  send: "M4.5 12h13M12 5.5l6.5 6.5-6.5 6.5",
};

/**
 * An element. Attributes named `on…` are listeners; `null`, `undefined` and `false` leave an
 * attribute or a child out, `true` sets it empty.
 * @param {string} name
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(key, value === true ? "" : String(value));
    }
  }
  element.append(...children.filter((child) => child || child === 0));
  return element;
}

/** A drawing that says nothing by itself. @param {keyof typeof ICONS} name */
export function icon(name) {
  const svg = drawing(ICONS[name], 24);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  return svg;
}

/** A path on a square of so many units. */
export function drawing(d, size) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", `0 0 ${Number(size)} ${Number(size)}`);
  path.setAttribute("d", d);
  svg.append(path);
  return svg;
}

/** A button that shows an icon and is called by a name. */
export function iconButton(name, label, attributes = {}) {
  return h(
    "button",
    { type: "button", "aria-label": label, title: label, ...attributes },
    icon(name),
  );
}

// Characters that turn the direction of what follows: they can make a text lie about its order.
const TURNING = /[\u202a-\u202e\u2066-\u2069]/gu;

/** A text without characters that turn its neighbours around. */
export function plain(text) {
  return String(text ?? "").replace(TURNING, "");
}
