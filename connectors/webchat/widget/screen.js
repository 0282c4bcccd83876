// Phones: the whole screen, what the keyboard leaves of it, and the page behind held still.

export const PHONE = matchMedia("(max-width: 480px)");

const viewport = new CSSStyleSheet();
const still = new CSSStyleSheet();
still.replaceSync("html { overflow: hidden !important; }");

/** Let the panel know how much of the screen the keyboard leaves. @param {ShadowRoot} root */
export function followKeyboard(root) {
  const visual = window.visualViewport;
  if (!visual) return;
  const measure = () => {
    viewport.replaceSync(`:host { --top: ${visual.offsetTop}px; --height: ${visual.height}px; }`);
  };
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, viewport];
  visual.addEventListener("resize", measure);
  visual.addEventListener("scroll", measure);
  measure();
}

/** Keep the page behind a full screen from being scrolled, or let it go again. */
export function holdPage(held) {
  const others = document.adoptedStyleSheets.filter((sheet) => sheet !== still);
  document.adoptedStyleSheets = held ? [...others, still] : others;
}
