// The pages beside the talks: search, what was not sent, what is to be learned, who did what.

import { call } from "./api.js";
import { attempt, tell } from "./dialogs.js";
import { button, h, moment, plain, told } from "./dom.js";
import { whyUnsent } from "./item.js";
import { channelMark, nameOf } from "./row.js";
import { called, dayAndTime, words } from "./words.js";

/** A shorter answer is the last one. */
const WHOLE_PAGE = 20;

/** The content of a page by its name. */
export const PAGES = { search, failures, learning, audit };

function frame(name, ...content) {
  return h("div", { class: `page ${name}` }, h("h1", {}, words.pages[name]), ...content);
}

/**
 * A list that is read as it is asked for: from the newest, then what was before the last one shown.
 * @param {HTMLElement} list
 * @param {(before: string) => Promise<object[]>} read
 * @param {(item: object) => HTMLElement} draw
 * @param {string} nothing what to say where there is none
 */
function listing(list, read, draw, nothing) {
  const empty = h("p", { class: "empty", role: "status" });
  const more = button(words.more, () => next(), { class: "more", hidden: true });
  let last = "";
  const next = () =>
    attempt(async () => {
      const items = await read(last);
      list.append(...items.map(draw));
      last = items.at(-1)?.id ?? "";
      more.hidden = !last || items.length < WHOLE_PAGE;
      empty.textContent = list.childElementCount ? "" : nothing;
    });
  const anew = () => {
    last = "";
    list.replaceChildren();
    return next();
  };
  return { parts: [list, empty, more], anew };
}

/** The rows of a listing, from a path that takes `before`. */
function reading(path, query = () => ({})) {
  return async (before) => {
    const wish = new URLSearchParams({ ...query(), ...(before && { before }) });
    return (await call("GET", `${path}?${wish}`)).items;
  };
}

const talkLink = (id, ...content) => h("a", { href: `#/c/${id}` }, ...content);

function search() {
  const input = h("input", { type: "search", name: "q", required: true, dir: "auto" });
  const found = h("ul", { class: "results" });
  const read = reading("search", () => ({ q: input.value.trim() }));
  const { parts, anew } = listing(found, read, result, words.searchNone);
  const form = h(
    "form",
    { class: "searching", role: "search", onsubmit: (event) => (event.preventDefault(), anew()) },
    h("label", { class: "field" }, words.searchFor, input),
    h("button", { class: "primary" }, words.pages.search),
  );
  queueMicrotask(() => input.focus());
  return frame("search", form, h("p", { class: "hint" }, words.searchHint), ...parts);
}

function result({ conversation_id: id, at, channel, text, customer }) {
  return h(
    "li",
    {},
    talkLink(
      id,
      h(
        "span",
        { class: "first" },
        told(nameOf(customer), { class: "who" }),
        moment(at, dayAndTime(at)),
      ),
      channelMark(channel),
      told(text, { class: "last" }),
    ),
  );
}

function failures() {
  const draw = (item) => {
    const element = h(
      "li",
      {},
      h(
        "p",
        { class: "first" },
        channelMark(item.channel),
        moment(item.since, dayAndTime(item.since)),
      ),
      h("p", { dir: "auto" }, plain(item.text)),
      h("p", { class: "failed" }, ...whyUnsent(item.reason)),
      h(
        "p",
        { class: "acts" },
        item.conversation_id && talkLink(item.conversation_id, words.openTalk),
        button(words.resend, () => again(item, element)),
      ),
    );
    return element;
  };
  return readAtOnce("failures", h("ul", { class: "results" }), draw, words.failuresNone);
}

async function again({ key }, element) {
  const path = `failures/${encodeURIComponent(key)}/resend`;
  if (!(await attempt(() => call("POST", path)))) return;
  tell(words.resent);
  element.remove();
}

function learning() {
  const draw = ({ at, words: said, text, right, agent, conversation_id: id }) =>
    h(
      "li",
      {},
      h("p", { class: "first" }, told(agent), moment(at, dayAndTime(at))),
      h(
        "dl",
        {},
        h("dt", {}, words.authors.customer),
        h("dd", {}, told(said)),
        h("dt", {}, words.learningWas),
        h("dd", {}, told(text)),
        h("dt", {}, words.learningRight),
        h("dd", {}, told(right)),
      ),
      id && talkLink(id, words.openTalk),
    );
  return readAtOnce("learning", h("ul", { class: "results" }), draw, words.learningNone);
}

function audit() {
  const body = h("tbody");
  const draw = ({ at, agent, action, conversation_id: id }) =>
    h(
      "tr",
      {},
      h("td", {}, moment(at, dayAndTime(at))),
      h("td", {}, told(agent ?? words.operator)),
      h("td", {}, called(words.audited, action)),
      h("td", {}, id && talkLink(id, words.openTalk)),
    );
  const titles = [words.auditAt, words.auditWho, words.auditWhat, words.auditWhere];
  const heads = titles.map((title) => h("th", { scope: "col" }, title));
  const table = h("table", {}, h("thead", {}, h("tr", {}, ...heads)), body);
  const { parts, anew } = listing(body, reading("audit"), draw, words.auditNone);
  anew();
  const scrolling = h("div", { class: "scrolling", tabindex: "0" }, table);
  return frame("audit", scrolling, ...parts.slice(1));
}

/** A page of all that a path lists. */
function readAtOnce(name, list, draw, nothing) {
  const read = async () => (await call("GET", name)).items.map(({ id: _, ...item }) => item);
  const { parts, anew } = listing(list, read, draw, nothing);
  anew();
  return frame(name, ...parts);
}
