// Making elements. Text is always set as text, and no attribute can carry script or style.

const SVG = "http://www.w3.org/2000/svg";

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

// Characters that turn the direction of what follows: they can make a text lie about its order.
const TURNING = /[\u202a-\u202e\u2066-\u2069]/gu;

/** A text without characters that turn its neighbours around. */
export function plain(text) {
  return String(text ?? "").replace(TURNING, "");
}

/** Somebody's own words within a line of ours, which they cannot disarrange. */
export function told(text, attributes = {}) {
  return h("bdi", attributes, plain(text));
}

/** Set a text where it differs: what is the same is not laid out anew. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A button of words; `attributes` as for `h`. */
export function button(label, onclick, attributes = {}) {
  return h("button", { type: "button", onclick, ...attributes }, label);
}

/** A time that tools can read. @param {string} at RFC 3339 @param {string} shown */
export function moment(at, shown) {
  return h("time", { datetime: at }, shown);
}

const ICONS = {
  back: "M15 5l-7 7 7 7",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  flag: "M6 21V4M6 4h11l-2.5 4L17 12H6",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5c1-4 4-6 7.5-6s6.5 2 7.5 6",
};

/** A drawing that says nothing by itself. @param {keyof typeof ICONS} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  for (const [key, value] of [
    ["viewBox", "0 0 24 24"],
    ["class", "icon"],
    ["aria-hidden", "true"],
  ]) {
    svg.setAttribute(key, value);
  }
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * Make a list of elements stand as wished, moving only those that are elsewhere; the focus stays
 * where it was.
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} wished
 */
export function arrange(parent, wished) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const staying = new Set(wished);
  for (const child of [...parent.children]) if (!staying.has(child)) child.remove();
  let at = parent.firstElementChild;
  for (const element of wished) {
    if (element === at) at = at.nextElementSibling;
    else parent.insertBefore(element, at);
  }
  if (focused?.isConnected && document.activeElement !== focused) {
    focused.focus({ preventScroll: true });
  }
}
