// Colours made from the shop's one, so that words in it can be read on our grounds.

const LIGHT_GROUND = "#ffffff";
const DARK_GROUND = "#1b1f25";
/** WCAG asks for 4.5; on dark grounds a saturated colour needs more to look as clear. */
const ENOUGH_ON_LIGHT = 4.6;
const ENOUGH_ON_DARK = 6;

/**
 * The shop's colour as a colour of text, for light and for dark grounds.
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
