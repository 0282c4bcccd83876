// What a staff member has chosen on this device; texts under way are kept for this tab alone.

const KEY = "desk.settings";

function all() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

/** @param {"locale" | "theme" | "sound" | "notify"} name */
export function setting(name) {
  return all()[name];
}

export function choose(name, value) {
  localStorage.setItem(KEY, JSON.stringify({ ...all(), [name]: value }));
}

/** Show the page as chosen: "auto", "light" or "dark". */
export function applyTheme(theme = setting("theme")) {
  document.documentElement.dataset.theme = theme ?? "auto";
}

const DRAFT = "desk.draft.";

/** What was being written. @param {string} key */
export function draft(key) {
  return sessionStorage.getItem(DRAFT + key) ?? "";
}

export function keepDraft(key, text) {
  if (text) sessionStorage.setItem(DRAFT + key, text);
  else sessionStorage.removeItem(DRAFT + key);
}

/** What was being written in one conversation is written in another from now on. */
export function moveDrafts(me, from, to) {
  for (const mode of ["reply", "note"]) {
    const [old, now] = [from, to].map((id) => `${me}.${id}.${mode}`);
    const texts = [draft(now), draft(old)].filter(Boolean);
    keepDraft(now, texts.join("\n"));
    keepDraft(old, "");
  }
}

/** Nothing of one staff member is left for the next. */
export function forgetDrafts() {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(DRAFT)) sessionStorage.removeItem(key);
  }
}
