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
  const LABELS = {
    ja: { chat: "チャットで相談する", unread: (count) => `（未読${count}件）` },
    en: { chat: "Chat with us", unread: (count) => ` (${count} unread)` },
  };
  const SPEECH =
    "M12 3.5c-5 0-9 3.3-9 7.5 0 2.4 1.3 4.5 3.4 5.9-.1 1-.6 2.2-1.5 3.2-.2.3 0 .7.4.6 1.9-.3 " +
    "3.5-1.1 4.6-1.9.7.1 1.4.2 2.1.2 5 0 9-3.4 9-8s-4-7.5-9-7.5Z";
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
      gap: 10px;
      height: 56px;
      min-width: 56px;
      padding: 0 22px 0 16px;
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
    .launcher svg { width: 26px; height: 26px; fill: currentColor; flex: none; }
    .launcher.known { padding: 0 15px; }
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
      .launcher { padding: 0 15px; }
      .launcher .label { display: none; }
    }
    @media (prefers-reduced-motion: reduce) { .launcher { transition: none; } }
    @media (forced-colors: active) { .launcher { border: 2px solid ButtonText; } }
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
  root.append(button);

  /** What the chat and the loader share. */
  const launcher = {
    host,
    root,
    button,
    key: KEY,
    base: new URL(".", tag.src).href,
    settings: {
      accent: data.accent,
      locale: data.locale,
      name: data.name,
      position: data.position === "left" ? "left" : "right",
      theme: data.theme,
    },
    emit,
    label: relabel,
    paint,
    luminance,
  };

  let loading = null;

  /** Load the chat, once; after a failure the next call tries again. */
  function load() {
    loading ??= import(`${launcher.base}widget/chat.js`)
      .then((module) => module.start(launcher))
      .catch((error) => {
        loading = null;
        emit("error", { type: "not-loaded" });
        throw error;
      });
    return loading;
  }

  /** Tell the page; a listener that throws must not stop the chat. */
  function emit(event, detail) {
    for (const listener of [...(listeners.get(event) ?? [])]) {
      try {
        listener(detail);
      } catch (error) {
        setTimeout(() => {
          throw error;
        });
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
    const wanted = data.locale || document.documentElement.lang || navigator.language || "ja";
    return wanted.toLowerCase().startsWith("ja") ? "ja" : "en";
  }

  function relabel(locale, unread) {
    const words = LABELS[locale];
    label.textContent = words.chat;
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
    if (short) return `#${short.slice(1).map((digit) => digit + digit).join("")}`;
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

  function isKnown() {
    try {
      return Boolean(JSON.parse(localStorage.getItem(KEY) ?? "{}").token);
    } catch {
      return false;
    }
  }

  function later(call) {
    return (...given) => load().then((chat) => chat[call](...given));
  }

  window.Madoguchi = Object.freeze({
    open: later("open"),
    close: later("close"),
    identify: later("identify"),
    reset: later("reset"),
    setLocale: later("setLocale"),
    on,
  });

  function appear() {
    host.dataset.position = launcher.settings.position;
    if (data.theme) host.dataset.theme = data.theme;
    paint(data.accent, SHOP_ACCENT);
    relabel(pageLocale(), 0);
    button.addEventListener("pointerdown", () => load().catch(() => {}));
    button.addEventListener("click", () => window.Madoguchi.open().catch(() => {}));
    document.body.append(host);
    if (isKnown()) {
      button.classList.add("known");
      (window.requestIdleCallback ?? setTimeout)(() => load().catch(() => {}));
    }
    window.dispatchEvent(new Event("madoguchi:ready"));
  }

  if (document.body) appear();
  else document.addEventListener("DOMContentLoaded", appear, { once: true });
})();
