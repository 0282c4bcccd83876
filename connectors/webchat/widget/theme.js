// Colours made from the shop's one, so that words in it can be read on our grounds.

const LIGHT_GROUND = "#ffffff";
const DARK_GROUND = "#1b1f25";
const ENOUGH = 4.6;

/**
 * The shop's colour as a colour of text, for light and for dark grounds.
 * @param {string} accent `#rrggbb`
 * @param {(colour: string) => number} luminance
 */
export function textColours(accent, luminance) {
  return {
    light: readable(accent, LIGHT_GROUND, "#000000", luminance),
    dark: readable(accent, DARK_GROUND, "#ffffff", luminance),
  };
}

/** As near to the colour as contrast allows (WCAG: 4.5), moved towards black or white. */
function readable(colour, ground, towards, luminance) {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(colour, towards, share);
    if (contrast(luminance(mixed), luminance(ground)) >= ENOUGH) return mixed;
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
