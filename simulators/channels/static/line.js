// What stands on the screen of a LINE phone.
import { HERE, button, linked, make, timeOf, words } from "./dom.js";

/** The parts of a screen: `act(deed, body)` does something, `follow(url)` opens a link. */
export function line(screen, act, follow) {
  const tap = (action) => {
    if (action.type === "uri") return follow(action.uri);
    return action.type === "location" ? act("location", HERE) : act("tap", { action });
  };
  const press = (action, className = "") =>
    action.type === "datetimepicker" ? picker(action, act) : button(action.label, className, () => tap(action));
  const mine = screen.messages.filter((message) => message.from === "customer");
  const read = mine.findIndex((message) => message.id === screen.read_up_to);
  return {
    account: screen.account,
    state: screen.loading ? `${words.typing}…` : "",
    blocked: !screen.friend,
    fresh: screen.messages.length === 0,
    begin: { label: words.add_friend, act: () => act("follow") },
    unblock: () => act("follow"),
    talk: screen.messages.map((message) => {
      const seen = message.from === "customer" && mine.indexOf(message) <= read;
      return row(message, seen, press, follow);
    }),
    quick: screen.quick_replies.map((action) => press(action)),
    foot: screen.menu ? [menu(screen.menu, tap)] : [],
  };
}

const INPUTS = { date: "date", time: "time", datetime: "datetime-local" };

/** A day or time to be picked, within what the account lets one pick. */
function picker(action, act) {
  const { mode, min, max, initial } = action;
  const input = make("input");
  input.type = INPUTS[mode];
  input.required = true;
  Object.assign(input, { min: min ?? "", max: max ?? "", value: initial ?? "" });
  input.setAttribute("aria-label", action.label);
  const form = make("form", "picker", input, make("button", "", action.label));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act("pick", { action, picked: input.value });
  });
  return form;
}

function row(message, seen, press, follow) {
  const small = [seen ? words.read : "", timeOf(new Date(message.at * 1000))].filter(Boolean);
  const time = make("small", "", small.join(" "));
  return make("div", `row ${message.from}`, bubble(message, press, follow), time);
}

function bubble(message, press, follow) {
  switch (message.type) {
    case "text":
      return make("p", "bubble", ...linked(message.text, follow));
    case "flex":
      return make("div", "flex", ...bubbles(message.contents).map((each) => card(each, press)));
    case "image":
      return make("p", "bubble", words.picture);
    case "location":
      return place(message.title, message.address, message.latitude, message.longitude);
    case "sticker":
      return make("p", "bubble", words.sticker);
    case "unsent":
      return make("p", "gone", words.unsent);
  }
  return make("p", "bubble", message.altText ?? message.type);
}

/** A place on a map. */
export function place(name, address, lat, lng) {
  const where = `${lat.toFixed(4)}, ${lng.toFixed(4)}`;
  return make("div", "bubble place", make("b", "", name || words.place), make("span", "", address || where));
}

const bubbles = (contents) => (contents.type === "carousel" ? contents.contents : [contents]);

function card(bubble, press) {
  const parts = ["hero", "body", "footer"].map((name) => bubble[name] && part(bubble[name], press));
  return make("div", "card", ...parts);
}

/** One component of a Flex Message, as far as the counter sends them. */
function part(component, press) {
  switch (component.type) {
    case "box":
      return make("div", "box", ...component.contents.map((each) => part(each, press)));
    case "button":
      return press(component.action, "choice");
    case "text":
      return make(component.weight === "bold" ? "b" : "span", "", component.text);
  }
  return null;
}

/** The rich menu: one picture, with an area for each action. */
function menu(told, tap) {
  const picture = make("img");
  picture.src = `/channels/menu/${told.id}`;
  picture.alt = "";
  const areas = told.areas.map(({ bounds, action }) => {
    const area = button("", "area", () => tap(action));
    area.setAttribute("aria-label", action.label ?? action.text);
    const across = (value) => `${(100 * value) / told.size.width}%`;
    const down = (value) => `${(100 * value) / told.size.height}%`;
    area.style.left = across(bounds.x);
    area.style.top = down(bounds.y);
    area.style.width = across(bounds.width);
    area.style.height = down(bounds.height);
    return area;
  });
  const drawn = make("details", "richmenu", make("summary", "", told.chatBarText ?? words.menu));
  drawn.append(make("div", "", picture, ...areas));
  return drawn;
}
