// The drawer in which one-time codes arrive.

const EVERY_MS = 2000;
const TOLD_MS = 12_000;

/** Let the drawer open and close, and read it as long as somebody can see it. */
export function watchInbox(chat) {
  const drawer = document.querySelector("#inbox");
  const button = document.querySelector("#inbox-button");
  if (!button) return;
  const count = button.querySelector(".count");
  const banner = document.querySelector("#arrived");
  /** The newest code somebody has seen in the drawer, and the one the banner told last. */
  let seen;
  let told = "";
  let timer = 0;

  const read = async () => {
    const answer = await fetch("/shop/codes").catch(() => null);
    if (!answer?.ok) return;
    const { codes } = await answer.json();
    show(drawer, codes);
    const newest = codes.length ? key(codes[0]) : "";
    // What came before this page was opened is no news.
    if (seen === undefined || !drawer.hidden) seen = newest;
    count.textContent = newer(codes, seen).length;
    count.hidden = count.textContent === "0";
    if (newest === seen || newest === told) return;
    told = newest;
    tell(banner, drawer.dataset, codes[0]);
  };
  const poll = () => {
    clearInterval(timer);
    if (drawer.hidden || document.hidden) return;
    read();
    timer = setInterval(read, EVERY_MS);
  };
  const turn = (open) => {
    drawer.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    (open ? drawer.querySelector(".close") : button).focus();
    poll();
  };

  button.addEventListener("click", () => turn(drawer.hidden));
  drawer.querySelector(".close").addEventListener("click", () => turn(false));
  drawer.addEventListener("keydown", ({ key }) => key === "Escape" && turn(false));
  document.addEventListener("visibilitychange", poll);
  // A code is sent while the counter answers: the badge shows it though the drawer is closed.
  chat.then((opened) => opened.on("message", read));
  read();
}

let ending = 0;

/** Show a code for a while over everything, the chat too, as a telephone does. */
function tell(banner, words, { code }) {
  banner.replaceChildren(element("span", words.code), element("strong", code));
  // Opened anew, it lies above what was opened since.
  if (banner.matches(":popover-open")) banner.hidePopover();
  banner.showPopover();
  clearTimeout(ending);
  ending = setTimeout(() => banner.hidePopover(), TOLD_MS);
}

const key = ({ at, code }) => `${at} ${code}`;

/** Those before the one of this key: codes come newest first. */
function newer(codes, last) {
  const known = codes.findIndex((code) => key(code) === last);
  return known < 0 ? codes : codes.slice(0, known);
}

/** Put what is new on top; what is there stays as it is, for those who have it read out. */
function show(drawer, codes) {
  const list = drawer.querySelector("ol");
  for (const code of newer(codes, list.firstElementChild?.dataset.key).reverse()) {
    list.prepend(entry(drawer.dataset, code));
  }
  drawer.querySelector(".empty").hidden = list.children.length > 0;
}

function entry(words, { kind, to, code, at }) {
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" });
  const copy = element("button", words.copy, "copy");
  copy.type = "button";
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code);
    copy.textContent = words.copied;
  });
  const item = document.createElement("li");
  item.dataset.key = key({ at, code });
  item.append(
    element("small", `${words[kind] ?? kind} · ${to} · ${time.format(new Date(at))}`),
    element("span", words.code),
    element("strong", code),
    copy,
  );
  return item;
}

function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}
