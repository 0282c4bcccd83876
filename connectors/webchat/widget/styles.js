// The look: constructed style sheets, since a strict page allows no inline ones.

import { TALK } from "./talk-styles.js";
import { PALETTE, textColours } from "./theme.js";

const FONTS =
  '-apple-system, BlinkMacSystemFont, "Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", ' +
  '"Yu Gothic UI", Meiryo, system-ui, sans-serif';
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
    font: 400 15px/1.7 ${FONTS};
    line-break: strict;
    overflow-wrap: anywhere;
    text-align: start;
    -webkit-text-size-adjust: 100%;
  }
  .panel:lang(ja) :is(.hello, .ask, button) { word-break: auto-phrase; }
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
  .menu button {
    display: block;
    width: 100%;
    padding: 9px 12px;
    border: 0;
    border-radius: 9px;
    background: none;
    color: inherit;
    font-size: 14.5px;
    text-align: start;
  }
  .menu button:hover { background: var(--ground); }
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
    .dots i { animation: none; }
  }
  @media (forced-colors: active) {
    .bubble, .card, .place, .send, .field { border: 1px solid CanvasText; }
    .message[data-author="customer"] .bubble { border-width: 2px; }
    .icon { stroke: CanvasText; }
    .send:disabled .icon { stroke: GrayText; }
  }
`;

/** The sheets of the panel; `colour` sets the shop's colour among them. */
export function styleSheets() {
  const accents = new CSSStyleSheet();
  const sheets = [PALETTE, FRAME, TALK, WRITING].map((text) => {
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
