// The language of the desk, and how it writes times.

import { en } from "./words-en.js";
import { ja } from "./words-ja.js";
import { setting } from "./settings.js";

const SPOKEN = { ja, en };

export let locale = "ja";
/** The words of the present language. */
export let words = ja;

/** Speak the language that was chosen here, else the first wish that is spoken. */
export function speak(wishes) {
  const known = (wish) => String(wish ?? "").split("-")[0] in SPOKEN;
  locale = [setting("locale"), ...wishes].find(known)?.split("-")[0] ?? "ja";
  words = SPOKEN[locale];
  document.documentElement.lang = locale;
}

// The server's clock minus ours: business time, whatever this computer thinks.
let ahead = 0;

/** The server's time. @param {string | undefined} now RFC 3339 */
export function setClock(now) {
  if (now) ahead = Date.parse(now) - Date.now();
}

export function now() {
  return Date.now() + ahead;
}

/** How long ago, in the largest unit that says it honestly. @param {string} since RFC 3339 */
export function ago(since) {
  const seconds = Math.max(0, Math.floor((now() - Date.parse(since)) / 1000));
  const { s, m, h, d } = words.units;
  if (seconds < 60) return `${seconds}${s}`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}${m}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}${h}${minutes % 60 ? ` ${minutes % 60}${m}` : ""}`;
  return `${Math.floor(hours / 24)}${d}`;
}

const format = (at, parts) =>
  new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, parts).format(new Date(at));

/** The time of day, 24 hours. */
export function timeOfDay(at) {
  return format(at, { hour: "numeric", minute: "2-digit", hourCycle: "h23" });
}

/** A day as staff would call it. */
export function dayName(at) {
  const midnight = (moment) => new Date(moment).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(now()) - midnight(at)) / 86_400_000);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  return format(at, { month: "long", day: "numeric", weekday: "short" });
}

/** Day and time; the day is left out where it is today. */
export function dayAndTime(at) {
  const day = dayName(at);
  return day === words.today ? timeOfDay(at) : `${day} ${timeOfDay(at)}`;
}

/** What a key of the server's is called; the key itself where we have no word for it. */
export function called(table, key) {
  return table[key] ?? words.intents[key] ?? String(key ?? "");
}

/** What went wrong, in words. @param {import("./api.js").Refused} error */
export function trouble(error) {
  const { problems } = words;
  return problems[error.kind] ?? problems[error.status] ?? problems[error.status >= 500 ? 500 : 400];
}
