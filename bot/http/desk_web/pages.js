// The pages beside the talks: search, what was not sent, what is to be learned, who did what.

import { call } from "./api.js";
import { attempt, tell } from "./dialogs.js";
import { button, h, moment, plain, told } from "./dom.js";
import { channelMark, nameOf } from "./row.js";
import { called, dayAndTime, words } from "./words.js";

/** The content of a page by its name. */
export const PAGES = { search, failures, learning, audit };

function frame(name, ...content) {
  return h("div", { class: `page ${name}` }, h("h1", {}, words.pages[name]), ...content);
}

/**
 * A list that is read page by page.
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
      last = items.at(-1)?.id ?? items.at(-1)?.at ?? last;
      list.append(...items.map(draw));
      empty.textContent = list.childElementCount ? "" : nothing;
      more.hidden = items.length < 20 || !read.length;
    });
  return { parts: [empty, more], next };
}

const talkLink = (id, ...content) => h("a", { href: `#/c/${id}` }, ...content);

function search() {
  const input = h("input", { type: "search", name: "q", required: true, dir: "auto" });
  const found = h("ul", { class: "results" });
  const empty = h("p", { class: "empty", role: "status" });
  const more = button(words.more, () => look(), { class: "more", hidden: true });
  let before = "";
  const look = () =>
    attempt(async () => {
      const query = new URLSearchParams({ q: input.value.trim(), ...(before && { before }) });
      const { items } = await call("GET", `search?${query}`);
      found.append(...items.map(result));
      before = items.at(-1)?.id ?? "";
      more.hidden = !items.length;
      empty.textContent = found.childElementCount ? "" : words.searchNone;
    });
  const onsubmit = (event) => {
    event.preventDefault();
    before = "";
    found.replaceChildren();
    look();
  };
  const form = h(
    "form",
    { class: "searching", role: "search", onsubmit },
    h("label", { class: "field" }, words.searchFor, input),
    h("button", { class: "primary" }, words.pages.search),
  );
  const page = frame("search", form, h("p", { class: "hint" }, words.searchHint), found, empty, more);
  queueMicrotask(() => input.focus());
  return page;
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
  const list = h("ul", { class: "results" });
  const draw = (item) => {
    const element = h(
      "li",
      { class: "failure" },
      h("p", { class: "first" }, channelMark(item.channel), moment(item.since, dayAndTime(item.since))),
      h("p", { dir: "auto" }, plain(item.text)),
      h("p", { class: "failed" }, told(words.failed(plain(item.reason)))),
      h(
        "p",
        { class: "acts" },
        item.conversation_id && talkLink(item.conversation_id, words.openTalk),
        button(words.resend, () => again(item, element)),
      ),
    );
    return element;
  };
  const read = async () => (await call("GET", "failures")).items;
  return paged("failures", list, read, draw, words.failuresNone);
}

async function again({ key }, element) {
  const path = `failures/${encodeURIComponent(key)}/resend`;
  if (!(await attempt(() => call("POST", path)))) return;
  tell(words.resent);
  element.remove();
}

function learning() {
  const draw = ({ at, text, right, agent, conversation_id: id }) =>
    h(
      "li",
      {},
      h("p", { class: "first" }, told(agent), moment(at, dayAndTime(at))),
      h("dl", {}, h("dt", {}, words.learningWas), h("dd", {}, told(text)),
        h("dt", {}, words.learningRight), h("dd", {}, told(right))),
      id && talkLink(id, words.openTalk),
    );
  const read = async () => (await call("GET", "learning")).items;
  return paged("learning", h("ul", { class: "results" }), read, draw, words.learningNone);
}

function paged(name, list, read, draw, nothing) {
  const { parts, next } = listing(list, read, draw, nothing);
  next();
  return frame(name, list, ...parts);
}

function audit() {
  const body = h("tbody");
  const draw = ({ at, agent, action, conversation_id: id }) =>
    h(
      "tr",
      {},
      h("td", {}, moment(at, dayAndTime(at))),
      h("td", {}, told(agent)),
      h("td", {}, called(words.audited, action)),
      h("td", {}, id && talkLink(id, words.openTalk)),
    );
  const read = async (before) => {
    const query = before ? `?before=${encodeURIComponent(before)}` : "";
    return (await call("GET", `audit${query}`)).items;
  };
  const { parts, next } = listing(body, read, draw, words.auditNone);
  next();
  const titles = [words.auditAt, words.auditWho, words.auditWhat, words.auditWhere];
  const heads = titles.map((title) => h("th", { scope: "col" }, title));
  const table = h("table", {}, h("thead", {}, h("tr", {}, ...heads)), body);
  return frame("audit", h("div", { class: "scrolling", tabindex: "0" }, table), ...parts);
}
