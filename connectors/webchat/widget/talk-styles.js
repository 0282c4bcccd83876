// The look of the conversation.

export const TALK = `
  .timeline { position: relative; flex: 1; min-height: 0; display: flex; background: var(--ground); }
  .log {
    position: relative;
    flex: 1;
    min-width: 0;
    overflow-y: auto;
    overflow-x: hidden;
    overscroll-behavior: contain;
    overflow-anchor: none;
    padding: 16px;
    display: flex;
    flex-direction: column;
    gap: 6px;
  }
  .log:focus-visible { outline-offset: -3px; }
  .log > * { flex: none; }
  .latest {
    position: absolute;
    right: 14px;
    bottom: 12px;
    display: grid;
    place-items: center;
    width: 40px;
    height: 40px;
    padding: 0;
    border: 1px solid var(--line);
    border-radius: 50%;
    background: var(--raised);
    color: var(--ink);
    box-shadow: 0 2px 10px rgb(0 0 0 / 0.14);
  }
  .welcome { padding: 6px 2px 8px; }
  .hello { font-size: 19px; font-weight: 700; line-height: 1.5; margin-bottom: 4px; }
  .consent { margin-top: 10px; color: var(--quiet); font-size: 12.5px; line-height: 1.65; }
  .day {
    display: flex;
    align-items: center;
    gap: 12px;
    margin: 14px 0 4px;
    color: var(--quiet);
    font-size: 12px;
    line-height: 1.5;
  }
  .day::before, .day::after { content: ""; flex: 1; height: 1px; background: var(--line); }
  .head {
    display: flex;
    align-items: center;
    gap: 7px;
    margin-top: 8px;
    color: var(--quiet);
    font-size: 12px;
    line-height: 1.5;
  }
  .head .name { font-weight: 600; }
  .head.own { justify-content: flex-end; }
  .face {
    display: grid;
    place-items: center;
    width: 22px;
    height: 22px;
    border-radius: 7px;
    background: var(--accent);
    color: var(--on-accent);
    font-size: 12px;
    font-weight: 700;
    line-height: 1;
  }
  /* The counter has two eyes, a person has a round face with their initial. */
  .head.bot .face::before {
    content: "";
    width: 10px;
    height: 3px;
    border-inline: 3px solid currentColor;
  }
  .agent .face { border-radius: 50%; overflow: hidden; background: var(--ink); color: var(--surface); }
  .agent .face img { width: 100%; height: 100%; object-fit: cover; }
  .head.agent { color: var(--ink); }
  .head.agent time { color: var(--quiet); }
  .head.agent .face { width: 28px; height: 28px; font-size: 14px; }
  .message { display: flex; flex-direction: column; align-items: flex-start; max-width: 100%; }
  .bubble {
    max-width: 90%;
    padding: 9px 14px;
    border: 1px solid var(--line);
    border-radius: 4px 16px 16px;
    background: var(--raised);
    white-space: pre-wrap;
    text-wrap: pretty;
    unicode-bidi: isolate;
  }
  .message[data-author="agent"] .bubble { border-inline-start: 3px solid var(--ink); }
  .message[data-author="customer"] { align-items: flex-end; }
  .message[data-author="customer"] .bubble {
    border-color: transparent;
    border-radius: 16px 16px 4px;
    background: var(--accent);
    color: var(--on-accent);
  }
  .message[data-author="customer"] .bubble a { color: inherit; }
  .message[data-author="customer"] .bubble ::selection { background: rgb(0 0 0 / 0.35); }
  .message[data-author="system"] { align-items: center; margin: 8px 0; }
  .message[data-author="system"] .bubble {
    padding: 4px 12px;
    border: 0;
    border-radius: 10px;
    background: none;
    color: var(--quiet);
    font-size: 13px;
    text-align: center;
  }
  .message.notice .bubble { border: 1px dashed var(--edge); }
  .state { display: none; color: var(--quiet); font-size: 12px; line-height: 1.6; padding: 2px 2px 0; }
  [data-state="sending"] .state, [data-state="failed"] .state { display: block; }
  .message.newest[data-state="sent"] .state { display: block; }
  [data-state="sending"] .bubble { opacity: 0.72; }
  [data-state="failed"] .state { color: var(--danger); font-weight: 600; }
  .retry {
    margin-inline-start: 8px;
    padding: 3px 12px;
    border: 1px solid currentColor;
    border-radius: 13px;
    background: none;
  }
  .choices, .starters { display: flex; flex-wrap: wrap; gap: 8px; margin: 4px 0 2px; }
  .choices button, .starters button, .card > button {
    min-height: 40px;
    padding: 6px 14px;
    border: 1.5px solid var(--accent-text);
    border-radius: 20px;
    background: var(--surface);
    color: var(--accent-text);
    font-weight: 600;
    font-size: 14px;
    line-height: 1.5;
    text-align: start;
    unicode-bidi: isolate;
  }
  .marks { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; gap: 6px; width: 100%; }
  .marks button {
    padding-inline: 0;
    font-size: 12px;
    letter-spacing: -0.08em;
    text-align: center;
    white-space: nowrap;
  }
  /* A button that comes to lie under the last tap of a finger is not chosen. */
  @media (hover: hover) {
    .choices button:hover, .starters button:hover, .card > button:not(:disabled):hover {
      background: var(--accent);
      border-color: var(--accent);
      color: var(--on-accent);
    }
  }
  .picture img {
    display: block;
    width: 208px;
    height: 208px;
    object-fit: contain;
    padding: 10px;
    border: 1px solid var(--line);
    border-radius: 4px 16px 16px;
    background: #fff;
    color: #1a1f26;
  }
  .place {
    display: grid;
    grid-template-columns: auto 1fr;
    column-gap: 10px;
    max-width: 88%;
    padding: 12px 16px 12px 12px;
    border: 1px solid var(--line);
    border-radius: 4px 16px 16px;
    background: var(--raised);
    font-size: 14px;
  }
  .message[data-author="customer"] .place { border-radius: 16px 16px 4px; }
  .pin { grid-row: span 3; color: var(--accent-text); padding-top: 2px; }
  .invitation {
    display: grid;
    justify-items: center;
    gap: 8px;
    max-width: 90%;
    padding: 16px;
    border: 1px solid var(--line);
    border-radius: 16px;
    background: var(--raised);
    font-size: 13.5px;
  }
  .qr { width: 160px; border-radius: 8px; background: #fff; }
  @media (max-width: 480px) { .qr { display: none; } }
  .cards { position: relative; align-self: stretch; margin-inline: -16px; }
  .track {
    display: flex;
    gap: 10px;
    padding: 3px 16px 6px;
    overflow-x: auto;
    overscroll-behavior-x: contain;
    scroll-snap-type: x proximity;
    scroll-padding-inline: 16px;
    scrollbar-width: none;
    list-style: none;
  }
  .track:focus-visible { outline-offset: -2px; }
  .card {
    flex: none;
    display: flex;
    flex-direction: column;
    width: 216px;
    padding-bottom: 12px;
    border: 1px solid var(--line);
    border-radius: 14px;
    overflow: hidden;
    background: var(--raised);
    scroll-snap-align: start;
  }
  /* A picture that arrives late must not move what is being read. */
  .card .shown { position: relative; aspect-ratio: 4 / 3; background: #fff; }
  .card img { position: absolute; width: 100%; height: 100%; object-fit: cover; }
  .facts { flex: 1; padding: 12px 14px 4px; font-size: 13.5px; line-height: 1.6; }
  .facts b { display: block; font-size: 14.5px; unicode-bidi: isolate; }
  .facts p { color: var(--quiet); white-space: pre-wrap; unicode-bidi: isolate; }
  .card > button { margin: 8px 12px 0; border-radius: 11px; text-align: center; }
  .card > button:disabled { display: none; }
  .arrow {
    position: absolute;
    top: calc(50% - 20px);
    display: none;
    place-items: center;
    width: 40px;
    height: 40px;
    padding: 0;
    border: 1px solid var(--line);
    border-radius: 50%;
    background: var(--raised);
    box-shadow: 0 2px 10px rgb(0 0 0 / 0.14);
  }
  .previous { left: 6px; }
  .next { right: 6px; }
  @media (hover: hover) { .cards:hover .arrow { display: grid; } }
  .writing { display: flex; align-items: center; gap: 7px; }
  .dots {
    display: inline-flex;
    gap: 5px;
    padding: 14px 16px;
    border: 1px solid var(--line);
    border-radius: 4px 16px 16px;
    background: var(--raised);
  }
  .dots i {
    width: 7px;
    height: 7px;
    border-radius: 50%;
    background: var(--quiet);
    animation: breathe 1.2s infinite ease-in-out;
  }
  .dots i:nth-child(2) { animation-delay: 0.15s; }
  .dots i:nth-child(3) { animation-delay: 0.3s; }
  @keyframes breathe { 0%, 60%, 100% { opacity: 0.3; } 30% { opacity: 1; } }
`;
