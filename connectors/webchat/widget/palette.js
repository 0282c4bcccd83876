// The colours of the window by day and by night. The loader knows as much of them as it paints.

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
