// What can be done with a conversation: by whom, when, by which key.

import { call } from "./api.js";
import { ask, attempt, tell } from "./dialogs.js";
import { plain } from "./dom.js";
import { isMuted } from "./row.js";
import { called, trouble, words } from "./words.js";

/**
 * @typedef {object} Action
 * @property {string} name
 * @property {string} [key] on the keyboard
 * @property {boolean} [isMain] shown beside the name, not in the menu
 * @property {(desk: import("./desk.js").Desk, talk: object, item?: object) => boolean} may
 * @property {(desk: import("./desk.js").Desk, talk: object) => Promise<unknown>} run
 */

const mine = (desk, talk) => desk.isMine(talk);
const person = (desk) => !desk.isStore;
const away = (desk, talk, turn) => mine(desk, talk) && talk.turn !== turn;

/** @type {Action[]} */
export const ACTIONS = [
  { name: "take", key: "t", isMain: true, run: take, may: mayTake },
  { name: "hand_back", key: "h", isMain: true, run: handBack, may: mine },
  { name: "resolve", key: "e", isMain: true, run: resolve, may: mine },
  { name: "transfer", key: "m", isMain: true, run: transfer, may: mine },
  {
    name: "turn_customer",
    run: (desk, talk) => turn(desk, talk, { turn: "customer" }),
    may: (desk, talk) => away(desk, talk, "customer"),
  },
  { name: "turn_store", run: askStore, may: (desk, talk) => away(desk, talk, "store") },
  {
    name: "turn_us",
    run: (desk, talk) => turn(desk, talk, { turn: "us" }),
    may: (desk, talk) => away(desk, talk, "us"),
  },
  {
    name: "flag",
    run: (desk, talk) => flag(desk, talk, true),
    may: (desk, _talk, item) => person(desk) && Boolean(item) && !item.flagged,
  },
  {
    name: "unflag",
    run: (desk, talk) => flag(desk, talk, false),
    may: (desk, _talk, item) => person(desk) && Boolean(item?.flagged),
  },
  {
    name: "call_supervisor",
    run: callSupervisor,
    may: (desk, _talk, item) => person(desk) && !desk.isSupervisor && Boolean(item),
  },
  { name: "warn", run: warn, may: mine },
  { name: "mute", run: mute, may: (desk, _talk, item) => desk.isSupervisor && Boolean(item) },
  {
    name: "unmute",
    run: (desk, talk) => done(desk, talk, "unmute"),
    may: (desk, talk) => desk.isSupervisor && isMuted(talk),
  },
];

/** Those that are possible now. */
export function possible(desk, talk) {
  return ACTIONS.filter(({ may }) => may(desk, talk, desk.queue.get(talk.id)));
}

function mayTake(desk, talk) {
  return person(desk) && talk.state !== "with_person";
}

function take(desk, talk) {
  return attempt(
    () => desk.act(talk.id, "take"),
    (error) => {
      const isLost = error.status === 409;
      return isLost ? words.taken(plain(desk.talk?.agent?.name)) : trouble(error);
    },
  );
}

/** Do it, and say so. */
async function done(desk, talk, action, body, said) {
  const went = await attempt(() => desk.act(talk.id, action, body));
  if (went) tell(words.done[said ?? action]);
}

async function handBack(desk, talk) {
  const told = await ask({
    title: words.actions.hand_back,
    hint: words.handBackHint,
    fields: [{ name: "note", label: words.handBackNote, kind: "long" }],
    ok: words.actions.hand_back,
  });
  if (!told) return;
  const note = told.note.trim();
  await done(desk, talk, "hand_back", note ? { note } : {});
}

async function resolve(desk, talk) {
  const options = Object.entries(words.resolutions).map(([value, label]) => ({ value, label }));
  const told = await ask({
    title: words.actions.resolve,
    hint: words.resolveHint,
    fields: [
      { name: "reason", label: words.resolveReason, kind: "choice", groups: [{ options }] },
    ],
    ok: words.actions.resolve,
  });
  if (told) await done(desk, talk, "resolve", { reason: told.reason });
}

async function transfer(desk, talk) {
  let agents;
  let topics;
  const went = await attempt(async () => {
    [agents, topics] = await Promise.all([call("GET", "agents"), call("GET", "topics")]);
  });
  if (!went) return;
  const isColleague = ({ id, role }) => id !== desk.me.id && role !== "store";
  const colleagues = agents.items.filter(isColleague).map(colleague);
  const teams = topics.items.map((topic) => ({
    value: `topic:${topic}`,
    label: called(words.intents, topic),
  }));
  if (!colleagues.length && !teams.length) {
    tell(words.transferNobody, "fault");
    return;
  }
  const groups = [
    { label: words.toColleague, options: colleagues },
    { label: words.toTopic, options: teams },
  ];
  const told = await ask({
    title: words.actions.transfer,
    hint: words.transferHint,
    fields: [{ name: "to", label: words.transferTo, kind: "choice", groups }],
    ok: words.actions.transfer,
  });
  if (!told) return;
  const [kind, ...rest] = told.to.split(":");
  await done(desk, talk, "transfer", { [kind]: rest.join(":") });
}

function colleague({ id, name, status, open, languages }) {
  const spoken = languages.map((language) => called(words.languages, language));
  const state = status === "online" ? words.online : words.away;
  const note = [state, words.load(open), ...spoken].join(" · ");
  return { value: `agent_id:${id}`, label: name, note };
}

function turn(desk, talk, wish) {
  return done(desk, talk, "turn", wish);
}

async function askStore(desk, talk) {
  let agents;
  const went = await attempt(async () => (agents = await call("GET", "agents")));
  if (!went) return;
  // A store without staff at the desk would never answer.
  const staffed = agents.items.filter(({ role }) => role === "store");
  const stores = new Map(staffed.map(({ store_id: id, name }) => [id, name]));
  const options = [...stores].map(([value, label]) => ({ value, label }));
  if (!options.length) {
    tell(words.noStores, "fault");
    return;
  }
  const told = await ask({
    title: words.actions.turn_store,
    fields: [{ name: "store_id", label: words.storeId, kind: "choice", groups: [{ options }] }],
    ok: words.actions.turn_store,
  });
  if (told) await turn(desk, talk, { turn: "store", store_id: told.store_id });
}

function flag(desk, talk, flagged) {
  return done(desk, talk, "flag", { flagged }, flagged ? "flag" : "unflag");
}

async function callSupervisor(desk, talk) {
  const { call_supervisor: title } = words.actions;
  const told = await ask({
    title,
    hint: words.callHint,
    fields: [{ name: "text", label: words.callWhy, kind: "long", required: true }],
    ok: title,
  });
  const text = told?.text.trim();
  if (text) await done(desk, talk, "call_supervisor", { text });
}

async function warn(desk, talk) {
  const { warn: title } = words.actions;
  const told = await ask({ title, hint: words.warnSure, fields: [], ok: title });
  if (told) await done(desk, talk, "warn");
}

async function mute(desk, talk) {
  const options = Object.entries(words.minutes).map(([value, label]) => ({ value, label }));
  const told = await ask({
    title: words.actions.mute,
    hint: words.muteHint,
    fields: [
      { name: "minutes", label: words.muteMinutes, kind: "choice", groups: [{ options }] },
    ],
    ok: words.actions.mute,
  });
  if (told) await done(desk, talk, "mute", { minutes: Number(told.minutes) });
}
