// The colours of the window by day and by night, and the shop's own among them.

const DAY = `
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
`;
const NIGHT = `
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
`;

export const PALETTE = `
  .panel { ${DAY} }
  @media (prefers-color-scheme: dark) { :host(:not([data-theme="light"])) .panel { ${NIGHT} } }
  :host([data-theme="dark"]) .panel { ${NIGHT} }
`;

const LIGHT_GROUND = "#ffffff";
const DARK_GROUND = "#1b1f25";
/** WCAG asks for 4.5; on dark grounds a saturated colour needs more to look as clear. */
const ENOUGH_ON_LIGHT = 4.6;
const ENOUGH_ON_DARK = 6;

/**
 * The shop's colour as one of text that can be read, on light and on dark grounds.
 * @param {string} accent `#rrggbb`
 * @param {(colour: string) => number} luminance
 */
export function textColours(accent, luminance) {
  return {
    light: readable(accent, LIGHT_GROUND, "#000000", ENOUGH_ON_LIGHT, luminance),
    dark: readable(accent, DARK_GROUND, "#ffffff", ENOUGH_ON_DARK, luminance),
  };
}

/** As near to the colour as the contrast allows, moved towards black or white. */
function readable(colour, ground, towards, enough, luminance) {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(colour, towards, share);
    if (contrast(luminance(mixed), luminance(ground)) >= enough) return mixed;
  }
  return towards;
}

function contrast(one, other) {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

function mix(colour, towards, share) {
  const parts = [1, 3, 5].map((at) => {
    const [from, to] = [colour, towards].map((c) => parseInt(c.slice(at, at + 2), 16));
    return Math.round(from + (to - from) * share)
      .toString(16)
      .padStart(2, "0");
  });
  return `#${parts.join("")}`;
}
