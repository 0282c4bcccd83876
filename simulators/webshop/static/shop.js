// The shop's own page: what it tells the chat, and what it shows of the chat's codes.
import { watchInbox } from "./inbox.js";

/** The chat's interface, once its script has run: it is loaded beside this one. */
const chat = new Promise((resolve) => {
  if (window.Madoguchi) return resolve(window.Madoguchi);
  const script = document.querySelector('script[src="/webchat/widget.js"]');
  script.addEventListener("load", () => resolve(window.Madoguchi));
});

/** Tell the chat who is logged in; the JWT lives for minutes, so each page fetches its own. */
async function identify() {
  const answer = await fetch("/shop/identity");
  if (answer.ok) (await chat).identify((await answer.json()).identity);
}

/** What a button asks, with the options chosen beside it. */
function question(button) {
  const chosen = [...document.querySelectorAll("#choice input:checked")].map((each) => each.value);
  if (!chosen.length || !button.dataset.askOptions) return button.dataset.ask;
  return button.dataset.askOptions.replace("{}", () => chosen.join(" "));
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-ask]");
  if (button) (await chat).open({ draft: question(button) });
});

/** Links to LINE and Telegram lead to the demo's phones: the real ones know nothing of this shop. */
const phones = document.querySelector("#channels")?.href;
const PLATFORMS = new Set(["line.me", "t.me"]);
if (phones && window === window.top) {
  document.addEventListener(
    "click",
    (event) => {
      const link = event.composedPath().find((each) => each.tagName === "A" && each.hostname);
      if (!link || !PLATFORMS.has(link.hostname)) return;
      event.preventDefault();
      location.assign(`${phones}?open=${encodeURIComponent(link.href)}`);
    },
    true,
  );
}

document.querySelector("#choice")?.addEventListener("change", ({ target }) => {
  const picture = document.querySelector("#picture img");
  if (picture && target.dataset.picture) picture.src = target.dataset.picture;
});

document.querySelector("#log-out")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await (await chat).reset();
  event.target.submit();
});

const people = document.querySelector("#people");
document.addEventListener("click", ({ target }) => {
  if (people?.open && !people.contains(target)) people.open = false;
});
people?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  people.open = false;
  people.querySelector("summary").focus();
});

if (document.body.dataset.member) identify();
watchInbox(chat);
