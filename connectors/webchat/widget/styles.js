// The look: constructed style sheets, since a strict page allows no inline ones.

import { TALK } from "./talk-styles.js";
import { textColours } from "./theme.js";

const FONTS =
  '-apple-system, BlinkMacSystemFont, "Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", ' +
  '"Yu Gothic UI", Meiryo, system-ui, sans-serif';
const TOKENS = `
  .panel {
    --surface: #ffffff;
    --ground: #f5f6f8;
    --raised: #ffffff;
    --ink: #1a1f26;
    --quiet: #59636f;
    --line: #e2e6eb;
    --edge: #8a94a0;
    --danger: #b4232f;
    --accent-text: var(--accent-on-light);
    --shadow: 0 0 0 1px rgb(16 24 40 / 0.06), 0 12px 48px rgb(16 24 40 / 0.22);
    color-scheme: light;
  }
`;
const DARK = `
    --surface: #1b1f25;
    --ground: #14171c;
    --raised: #252a32;
    --ink: #eceff3;
    --quiet: #a3adb9;
    --line: #323944;
    --edge: #7d8896;
    --danger: #ff8f8f;
    --accent-text: var(--accent-on-dark);
    --shadow: 0 0 0 1px rgb(255 255 255 / 0.09), 0 12px 48px rgb(0 0 0 / 0.6);
    color-scheme: dark;
`;
const THEMES = `
  ${TOKENS}
  @media (prefers-color-scheme: dark) { :host(:not([data-theme="light"])) .panel { ${DARK} } }
  :host([data-theme="dark"]) .panel { ${DARK} }
`;
const FRAME = `
  *, *::before, *::after { box-sizing: border-box; }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .panel {
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
    background: var(--surface);
    color: var(--ink);
    box-shadow: var(--shadow);
    font: 400 15px/1.7 ${FONTS};
    line-break: strict;
    overflow-wrap: anywhere;
    text-align: start;
    -webkit-text-size-adjust: 100%;
  }
  .panel:lang(ja) { word-break: auto-phrase; }
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
  h2, p, ul, figure { margin: 0; padding: 0; }
  button { font: inherit; color: inherit; cursor: pointer; touch-action: manipulation; }
  [hidden] { display: none !important; }
  a { color: var(--accent-text); text-underline-offset: 3px; }
  :focus-visible { outline: 2px solid var(--accent-text); outline-offset: 2px; }
  .icon {
    width: 22px;
    height: 22px;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .top {
    flex: none;
    display: flex;
    align-items: center;
    gap: 10px;
    padding: 12px 10px 12px 16px;
    border-bottom: 1px solid var(--line);
  }
  .mark {
    flex: none;
    display: grid;
    place-items: center;
    width: 38px;
    height: 38px;
    border-radius: 11px;
    background: var(--accent);
    color: var(--on-accent);
    font-weight: 700;
    font-size: 17px;
    line-height: 1;
    object-fit: cover;
  }
  .title { flex: 1; min-width: 0; }
  .title h2 {
    font-size: 16px;
    font-weight: 700;
    line-height: 1.35;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .subtitle { color: var(--quiet); font-size: 12.5px; line-height: 1.4; }
  .tool {
    flex: none;
    display: grid;
    place-items: center;
    width: 40px;
    height: 40px;
    padding: 0;
    border: 0;
    border-radius: 12px;
    background: none;
    color: var(--quiet);
  }
  .tool:hover, .tool[aria-expanded="true"] { background: var(--ground); color: var(--ink); }
  .tool[aria-controls] .icon { stroke-width: 3.2; }
  .menu {
    position: absolute;
    z-index: 2;
    top: calc(env(safe-area-inset-top) + 58px);
    right: 12px;
    width: 260px;
    max-width: calc(100% - 24px);
    max-height: calc(100% - 80px);
    overflow-y: auto;
    padding: 6px;
    border-radius: 14px;
    background: var(--raised);
    box-shadow: var(--shadow);
  }
  .menu button, .menu a {
    display: block;
    width: 100%;
    padding: 9px 12px;
    border: 0;
    border-radius: 9px;
    background: none;
    color: inherit;
    font-size: 14.5px;
    text-align: start;
    text-decoration: none;
  }
  .menu button:hover, .menu a:hover { background: var(--ground); }
  .elsewhere img {
    display: block;
    width: 132px;
    margin: 4px 12px 10px;
    padding: 8px;
    border-radius: 10px;
    background: #fff;
  }
  @media (max-width: 480px) { .elsewhere img { display: none; } }
  .strip {
    flex: none;
    padding: 6px 16px;
    background: var(--ground);
    border-bottom: 1px solid var(--line);
    color: var(--ink);
    font-size: 13px;
  }
  .strip:empty { padding: 0; border: 0; }
  .body { flex: 1; min-height: 0; display: flex; flex-direction: column; }
`;
const WRITING = `
  .composer {
    flex: none;
    display: flex;
    align-items: flex-end;
    gap: 8px;
    padding: 10px 12px max(10px, env(safe-area-inset-bottom));
    border-top: 1px solid var(--line);
    background: var(--surface);
  }
  .field {
    flex: 1;
    min-width: 0;
    display: grid;
    border: 1.5px solid var(--edge);
    border-radius: 22px;
    background: var(--surface);
    overflow: hidden;
  }
  .field:focus-within { border-color: var(--accent-text); box-shadow: 0 0 0 1px var(--accent-text); }
  /* An invisible copy of the text under the field makes it grow, up to five lines. */
  .field::after {
    content: attr(data-text) " ";
    visibility: hidden;
    pointer-events: none;
  }
  .field::after, .input {
    grid-area: 1 / 1;
    max-height: calc(5 * 1.5em + 18px);
    padding: 9px 16px;
    font: 400 16px/1.5 ${FONTS};
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    word-break: normal;
  }
  .input {
    width: 100%;
    margin: 0;
    border: 0;
    outline: none;
    resize: none;
    overflow-y: auto;
    background: none;
    color: inherit;
  }
  .input::placeholder { color: var(--quiet); opacity: 1; }
  .send {
    flex: none;
    display: grid;
    place-items: center;
    width: 44px;
    height: 44px;
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: var(--accent);
    color: var(--on-accent);
  }
  .send:disabled { background: var(--line); color: var(--quiet); cursor: default; }
  @media (max-height: 460px) {
    .top { padding-block: 4px; }
    .subtitle { display: none; }
  }
  @media (prefers-reduced-motion: reduce) {
    .panel[open], .dots i { animation: none; }
  }
  @media (forced-colors: active) {
    .panel, .bubble, .card, .place, .send, .field { border: 1px solid CanvasText; }
    .message[data-author="customer"] .bubble { border-width: 2px; }
    .icon { stroke: CanvasText; }
    .send:disabled .icon { stroke: GrayText; }
  }
`;

/** The sheets of the panel; `colour` sets the shop's colour among them. */
export function styleSheets() {
  const accents = new CSSStyleSheet();
  const sheets = [THEMES, FRAME, TALK, WRITING].map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  const colour = (accent, luminance) => {
    const { light, dark } = textColours(accent, luminance);
    accents.replaceSync(`:host { --accent-on-light: ${light}; --accent-on-dark: ${dark}; }`);
  };
  return Object.assign([accents, ...sheets], { colour });
}
