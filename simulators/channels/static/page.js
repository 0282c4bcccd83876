// The page: reads how everything is, and leads from one way in to another.
import { words } from "./dom.js";
import { line } from "./line.js";
import { Phone } from "./phone.js";
import { strip } from "./strip.js";
import { telegram } from "./telegram.js";

const EVERY_MS = 700;
const TOLD_MS = 6000;
const DRAWN = { line, telegram };
const stage = document.querySelector(".stage");
const shop = document.querySelector("#shop");
const notice = document.querySelector("#notice");
const phones = {};
let hiding = 0;

/** Show one way in, where there is room for one only. */
function turnTo(name) {
  stage.dataset.shown = name;
  for (const tab of document.querySelectorAll("[data-tab]")) {
    tab.setAttribute("aria-pressed", String(tab.dataset.tab === name));
  }
}

/** Say something above the phones, for as long as it takes to read it. */
function tell(text) {
  notice.textContent = text;
  notice.hidden = !text;
  clearTimeout(hiding);
  hiding = setTimeout(() => (notice.hidden = true), TOLD_MS);
}

/**
 * Open a link where it leads: on a phone, in the shop, or, if it is `any` link, outside.
 * @returns {boolean} whether it was a link for us
 */
function follow(text, any = false) {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.hostname === "line.me" && url.pathname.startsWith("/R/oaMessage/") && phones.line) {
    turnTo("line");
    phones.line.prefill(decodeURIComponent(url.search.slice(1)));
  } else if (url.hostname === "t.me" && phones.telegram) {
    turnTo("telegram");
    phones.telegram.act("start", { payload: url.searchParams.get("start") ?? "" });
  } else if (url.origin === location.origin && !url.pathname.startsWith("/login")) {
    turnTo("webchat");
    shop.src = url.href;
  } else if (any) {
    window.open(url.href, "_blank", "noopener");
  } else {
    return false;
  }
  return true;
}

/** The web chat's own token, which its script keeps in this browser. */
function token() {
  try {
    return JSON.parse(localStorage.getItem("madoguchi"))?.token ?? "";
  } catch {
    return "";
  }
}

/** As if the QR code that the web chat shows were scanned with this phone. */
async function scan(phone) {
  tell("");
  if (!token()) return tell(words.no_talk);
  const answer = await fetch("/webchat/elsewhere", {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token()}` },
    body: JSON.stringify({ channel: phone.name }),
  }).catch(() => null);
  const made = answer?.ok ? await answer.json() : {};
  if (!made.url) return tell(answer?.status === 401 ? words.no_talk : words.no_invitation);
  return follow(made.url);
}

async function read() {
  const headers = token() ? { Authorization: `Bearer ${token()}` } : {};
  const answer = await fetch("/channels/state", { headers }).catch(() => null);
  if (answer?.status === 404) return location.reload(); // the demo was started anew
  if (!answer?.ok) return tell(words.lost);
  const { screens, moods, customers } = await answer.json();
  for (const [name, phone] of Object.entries(phones)) {
    phone.show(screens[name]);
    if (document.activeElement !== phone.mood) phone.mood.value = moods[name];
  }
  return strip(customers);
}

async function keepReading() {
  if (!document.hidden) await read();
  setTimeout(keepReading, EVERY_MS);
}

for (const column of document.querySelectorAll(".column")) {
  const name = column.dataset.channel;
  if (DRAWN[name]) phones[name] = new Phone(column, name, DRAWN[name], { follow, scan, refused: tell });
}
for (const tab of document.querySelectorAll("[data-tab]")) {
  tab.addEventListener("click", () => turnTo(tab.dataset.tab));
}

let watched = null;

/** Links from the shop's chat to LINE or Telegram lead to the phones beside it. */
function watchShop() {
  const shown = shop.contentDocument;
  if (!shown || shown === watched) return;
  watched = shown;
  shown.addEventListener(
    "click",
    (event) => {
      const link = event.composedPath().find((each) => each.tagName === "A" && each.hostname);
      if (!link || link.hostname === location.hostname || !follow(link.href)) return;
      event.preventDefault();
    },
    true,
  );
}
shop.addEventListener("load", watchShop);
watchShop();
await keepReading();
// A link that was tapped on the shop's own page.
follow(new URLSearchParams(location.search).get("open") ?? "");
