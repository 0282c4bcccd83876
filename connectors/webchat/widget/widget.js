// The loader: a button on the shop's page. Everything else comes when the chat is first opened, or,
// for a visitor who has talked to us before, when the page is idle.
(() => {
  "use strict";

  const tag = document.currentScript;
  if (window.Madoguchi || !tag) return;

  /** The shop's colour from the server's settings; the server writes it here. */
  const SHOP_ACCENT = "__ACCENT__";
  const DEFAULT_ACCENT = "#0f766e";
  const KEY = "madoguchi";
  const KEYS = [KEY, `${KEY}.page`];
  const LABELS = {
    ja: {
      chat: "チャットで相談する",
      unread: (count) => `（未読${count}件）`,
      failed: "読み込めませんでした。閉じて、もう一度お試しください。",
    },
    en: {
      chat: "Chat with us",
      unread: (count) => ` (${count} unread)`,
      failed: "This could not be loaded. Please close it and try again.",
    },
  };
  const SPEECH =
    "M12 3.5c-5 0-9 3.3-9 7.5 0 2.4 1.3 4.5 3.4 5.9-.1 1-.6 2.2-1.5 3.2-.2.3 0 .7.4.6 1.9-.3 " +
    "3.5-1.1 4.6-1.9.7.1 1.4.2 2.1.2 5 0 9-3.4 9-8s-4-7.5-9-7.5Z";
  /** The window is painted at once; its other colours come with the chat (`theme.js`). */
  const NIGHT = "background: #1b1f25; color: #eceff3; color-scheme: dark;";
  const STYLE = `
    :host {
      all: initial !important;
      position: fixed !important;
      z-index: 2147483000 !important;
      inset: auto max(20px, env(safe-area-inset-right)) max(20px, env(safe-area-inset-bottom)) auto
        !important;
      display: block !important;
      color-scheme: light dark !important;
    }
    :host([data-position="left"]) {
      inset: auto auto max(20px, env(safe-area-inset-bottom)) max(20px, env(safe-area-inset-left))
        !important;
    }
    @media print { :host { display: none !important; } }
    .launcher {
      all: unset;
      box-sizing: border-box;
      position: relative;
      display: flex;
      align-items: center;
      gap: 8px;
      height: 56px;
      min-width: 56px;
      padding: 0 22px 0 14px;
      border-radius: 28px;
      background: var(--accent);
      color: var(--on-accent);
      font: 600 15px/1 -apple-system, BlinkMacSystemFont, "Hiragino Sans", "Noto Sans JP",
        "Noto Sans CJK JP", "Yu Gothic UI", Meiryo, system-ui, sans-serif;
      white-space: nowrap;
      cursor: pointer;
      box-shadow: 0 1px 3px rgb(0 0 0 / 0.2), 0 8px 24px rgb(0 0 0 / 0.18);
      transition: transform 0.15s, box-shadow 0.15s;
      touch-action: manipulation;
      -webkit-tap-highlight-color: transparent;
    }
    .launcher:hover { transform: translateY(-2px); }
    .launcher:active { transform: none; }
    .launcher:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
    .launcher[hidden] { display: none; }
    .launcher svg { width: 30px; height: 30px; fill: currentColor; flex: none; }
    .launcher.known { padding: 0 13px; }
    .launcher.known .label { display: none; }
    .badge {
      position: absolute;
      top: -4px;
      right: -4px;
      min-width: 22px;
      height: 22px;
      padding: 0 6px;
      box-sizing: border-box;
      border-radius: 11px;
      background: #c81e3a;
      color: #fff;
      font-size: 12px;
      line-height: 22px;
      text-align: center;
    }
    .badge[hidden] { display: none; }
    @media (max-width: 640px) {
      .launcher { padding: 0 13px; }
      .launcher .label { display: none; }
    }
    .panel {
      color-scheme: light;
      position: fixed;
      inset: auto max(20px, env(safe-area-inset-right)) max(20px, env(safe-area-inset-bottom)) auto;
      width: 380px;
      max-width: calc(100vw - 32px);
      height: min(700px, 100dvh - 40px);
      max-height: none;
      margin: 0;
      padding: 0;
      border: 0;
      border-radius: 18px;
      overflow: hidden;
      background: #fff;
      color: #1a1f26;
      box-shadow: var(--shadow);
    }
    :host([data-position="left"]) .panel {
      inset: auto auto max(20px, env(safe-area-inset-bottom)) max(20px, env(safe-area-inset-left));
    }
    .panel[open] { display: flex; flex-direction: column; animation: rise 0.18s ease-out; }
    .panel:focus { outline: none; }
    .panel::backdrop { background: none; }
    @keyframes rise { from { opacity: 0; transform: translateY(10px); } }
    @media (max-width: 480px) {
      .panel, :host([data-position="left"]) .panel {
        inset: var(--top, 0) 0 auto 0;
        width: 100%;
        max-width: none;
        height: var(--height, 100dvh);
        border-radius: 0;
        padding: env(safe-area-inset-top) env(safe-area-inset-right) 0 env(safe-area-inset-left);
      }
    }
    .failed {
      all: unset;
      box-sizing: border-box;
      flex: 1;
      padding: 24px;
      font: 400 15px/1.7 system-ui, sans-serif;
      text-align: center;
      cursor: pointer;
    }
    .waiting {
      width: 28px;
      height: 28px;
      margin: auto;
      border: 3px solid rgb(128 128 128 / 0.3);
      border-top-color: var(--accent);
      border-radius: 50%;
      animation: turn 0.9s linear infinite;
    }
    @keyframes turn { to { transform: rotate(1turn); } }
    @media (prefers-color-scheme: dark) { :host(:not([data-theme="light"])) .panel { ${NIGHT} } }
    :host([data-theme="dark"]) .panel { ${NIGHT} }
    @media (prefers-reduced-motion: reduce) {
      .launcher { transition: none; }
      .panel[open], .waiting { animation: none; }
    }
    @media (forced-colors: active) { .launcher, .panel { border: 2px solid CanvasText; } }
  `;

  const data = tag.dataset;
  const listeners = new Map();
  const host = document.createElement("madoguchi-chat");
  const root = host.attachShadow({ mode: "open" });
  const colours = new CSSStyleSheet();
  const style = new CSSStyleSheet();
  style.replaceSync(STYLE);
  root.adoptedStyleSheets = [style, colours];

  const button = document.createElement("button");
  const label = document.createElement("span");
  const badge = document.createElement("span");
  button.type = "button";
  button.className = "launcher";
  button.setAttribute("aria-haspopup", "dialog");
  label.className = "label";
  badge.className = "badge";
  badge.hidden = true;
  badge.setAttribute("aria-hidden", "true");
  button.append(speechBubble(), label, badge);

  // The window is there at once; what belongs in it comes with the chat.
  const panel = document.createElement("dialog");
  const waiting = document.createElement("div");
  const failed = document.createElement("button");
  panel.className = "panel";
  panel.setAttribute("role", "dialog");
  panel.tabIndex = -1;
  waiting.className = "waiting";
  failed.className = "failed";
  root.append(button, panel);

  /** What the chat and the loader share. */
  const launcher = {
    root,
    panel,
    show,
    key: KEY,
    base: new URL(".", tag.src).href,
    settings: {
      accent: data.accent,
      locale: data.locale,
      name: data.name,
    },
    emit,
    label: relabel,
    paint,
    luminance,
  };

  let loading = null;

  /** Load the chat, once; after a failure the next call tries again. */
  function load() {
    if (!loading) panel.replaceChildren(waiting);
    loading ??= import(`${launcher.base}widget/chat.js`)
      .then((module) => module.start(launcher))
      .catch((error) => {
        loading = null;
        panel.replaceChildren(failed);
        emit("error", { type: "not-loaded" });
        throw error;
      });
    return loading;
  }

  /** Open the window, or open it anew where the screen has become another. */
  function show() {
    panel.close();
    if (matchMedia("(max-width: 480px)").matches) panel.showModal();
    else panel.show();
    panel.focus({ preventScroll: true });
    button.hidden = true;
  }

  /** The window was closed, by us or by the browser's own way back. */
  function closed() {
    if (panel.open) return;
    button.hidden = false;
    const { activeElement } = document;
    if (activeElement === host || activeElement === document.body) {
      button.focus({ preventScroll: true });
    }
  }

  /** Open the chat, unless the visitor closes the window before it is there. */
  async function open(wish) {
    if (!panel.open) show();
    const chat = await load();
    if (panel.open) chat.open(wish);
  }

  async function close() {
    panel.close();
  }

  /** What is asked of a chat that is not there yet, and need not be, does not load it. */
  async function reset() {
    if (loading || Object.keys(kept()).length) await (await load()).reset();
  }

  async function setLocale(locale) {
    launcher.settings.locale = locale;
    relabel(pageLocale(), 0);
    if (loading) (await load()).setLocale();
  }

  async function identify(jwt) {
    await (await load()).identify(jwt);
  }

  /** Tell the page; a listener that throws must not stop the chat. */
  function emit(event, detail) {
    for (const listener of [...(listeners.get(event) ?? [])]) {
      try {
        listener(detail);
      } catch (error) {
        // Not thrown: browsers hide from a page what a script of another origin throws.
        reportError(error);
      }
    }
  }

  function on(event, listener) {
    if (!listeners.has(event)) listeners.set(event, new Set());
    listeners.get(event).add(listener);
    if (event === "ready") queueMicrotask(() => listener());
    return () => listeners.get(event).delete(listener);
  }

  function pageLocale() {
    const { lang } = document.documentElement;
    const wanted = launcher.settings.locale || lang || navigator.language || "ja";
    return wanted.toLowerCase().startsWith("ja") ? "ja" : "en";
  }

  function relabel(locale, unread) {
    const words = LABELS[locale];
    label.textContent = words.chat;
    failed.textContent = words.failed;
    panel.setAttribute("aria-label", data.name || words.chat);
    button.setAttribute("aria-label", unread ? words.chat + words.unread(unread) : words.chat);
    badge.hidden = !unread;
    badge.textContent = unread > 9 ? "9+" : String(unread);
  }

  /** Colours of the button and of what stands on the shop's colour; only `#rgb` and `#rrggbb`. */
  function paint(...wanted) {
    const accent = wanted.map(hex).find(Boolean) ?? DEFAULT_ACCENT;
    // Of white and near-black the one that is easier to read (WCAG contrast).
    const light = luminance(accent);
    const onAccent = 1.05 / (light + 0.05) >= (light + 0.05) / 0.058 ? "#ffffff" : "#14181d";
    colours.replaceSync(`:host { --accent: ${accent}; --on-accent: ${onAccent}; }`);
    return accent;
  }

  function hex(colour) {
    const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(colour ?? "");
    if (short)
      return `#${short
        .slice(1)
        .map((digit) => digit + digit)
        .join("")}`;
    return /^#[0-9a-f]{6}$/i.test(colour ?? "") ? colour : null;
  }

  /** Relative luminance of `#rrggbb`, as WCAG defines it. */
  function luminance(colour) {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const part = parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function speechBubble() {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", SPEECH);
    svg.append(path);
    return svg;
  }

  /** Whoever comes by a link from another channel goes on with the talk that was begun there. */
  function follow() {
    const [, link] = /^#madoguchi=(\d{8})$/.exec(location.hash) ?? [];
    if (!link) return;
    // The code works once and is nobody else's: it does not stay in the address.
    history.replaceState(history.state, "", location.pathname + location.search);
    open({ link }).catch(() => {});
  }

  /** What an earlier visit left, under both keys of the store. */
  function kept() {
    try {
      return Object.assign({}, ...KEYS.map((key) => JSON.parse(localStorage.getItem(key))));
    } catch {
      return {};
    }
  }

  window.Madoguchi = Object.freeze({ open, close, identify, reset, setLocale, on });

  function appear() {
    host.dataset.position = data.position === "left" ? "left" : "right";
    if (data.theme) host.dataset.theme = data.theme;
    paint(data.accent, SHOP_ACCENT);
    relabel(pageLocale(), 0);
    button.addEventListener("pointerdown", () => load().catch(() => {}));
    button.addEventListener("click", () => open().catch(() => {}));
    panel.addEventListener("close", closed);
    failed.addEventListener("click", () => panel.close());
    panel.onkeydown = (event) => event.key === "Escape" && panel.close();
    document.body.append(host);
    const { token, outbox } = kept();
    if (token || outbox?.length) {
      button.classList.add("known");
      (window.requestIdleCallback ?? setTimeout)(() => load().catch(() => {}));
    }
    window.dispatchEvent(new Event("madoguchi:ready"));
    addEventListener("hashchange", follow);
    // A page that is only being prepared is nobody's visit yet.
    if (document.prerendering) document.addEventListener("prerenderingchange", follow);
    else follow();
  }

  if (document.body) appear();
  else document.addEventListener("DOMContentLoaded", appear, { once: true });
})();
