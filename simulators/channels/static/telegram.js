// What stands on the screen of a Telegram phone.
import { HERE, button, linked, make, timeOf, words } from "./dom.js";
import { place } from "./line.js";

/** The parts of a screen: `act(deed, body)` does something, `follow(url)` opens a link. */
export function telegram(screen, act, follow) {
  const asked = screen.keyboard.flat().map(({ label, asks }) => {
    const told = { contact: {}, location: HERE }[asks];
    return button(label, "", () => (told ? act(asks, told) : act("text", { text: label })));
  });
  return {
    account: screen.bot.name,
    state: screen.typing ? `${words.typing}…` : `@${screen.bot.username}`,
    blocked: screen.blocked,
    fresh: !screen.started,
    about: screen.bot.description,
    begin: { label: words.start, act: () => act("start") },
    unblock: () => act("unblock"),
    talk: screen.messages.map((message) => row(message, act, follow)),
    quick: asked,
    foot: screen.commands.length && screen.started ? [commands(screen.commands, act)] : [],
  };
}

function row(message, act, follow) {
  const time = make("small", "", timeOf(new Date(message.at)));
  const said = make("div", "said", bubble(message, follow), ...keys(message, act, follow));
  return make("div", `row ${message.from}`, said, time);
}

function bubble(message, follow) {
  if (message.place) {
    const { name, address, lat, lng } = message.place;
    return place(name, address, lat, lng);
  }
  if (message.contact) return make("p", "bubble", `${words.contact} +${message.contact.replace("+", "")}`);
  const picture = message.picture ? `${words.picture} ` : "";
  return make("p", "bubble", picture, ...linked(message.text, follow));
}

/** The buttons under a message. */
function keys(message, act, follow) {
  return message.buttons.map((row) => {
    const made = row.map(({ label, tap, url }) =>
      button(label, "", () => (url ? follow(url) : act("tap", { message: message.id, tap }))),
    );
    return make("div", "keys", ...made);
  });
}

function commands(list, act) {
  const made = list.map(({ command, description }) => {
    const told = [make("b", "", `/${command}`), make("span", "", description)];
    const chosen = button("", "", () => act("text", { text: `/${command}` }));
    chosen.append(...told);
    return chosen;
  });
  const drawn = make("details", "commands", make("summary", "", words.menu));
  drawn.append(make("div", "", ...made));
  return drawn;
}
