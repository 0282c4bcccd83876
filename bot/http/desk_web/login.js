// The log-in page. Afterwards one is back where one was.

import { call, Refused, wasSentHere } from "./api.js";
import { h } from "./dom.js";
import { speak, words } from "./words.js";

function form(isReturning) {
  const { login } = words;
  const said = h("p", { class: "fault", role: "alert" });
  const input = (name, type, autocomplete) =>
    h("input", { name, type, autocomplete, required: true });
  const submit = h("button", { class: "primary" }, login.submit);
  const onsubmit = (event) => {
    event.preventDefault();
    enter(new FormData(event.target), said, submit);
  };
  return h(
    "form",
    { class: "login", onsubmit },
    h("h1", {}, login.heading),
    isReturning && h("p", { class: "hint" }, login.again),
    h("label", { class: "field" }, login.email, input("email", "email", "username")),
    h(
      "label",
      { class: "field" },
      login.password,
      input("password", "password", "current-password"),
    ),
    said,
    submit,
    elsewhere(),
  );
}

/** The way by the operator's own log-in, where there is one. */
function elsewhere() {
  const link = h("a", { href: "/desk/sso", class: "sso", hidden: true }, words.login.sso);
  call("GET", "login").then(
    ({ sso }) => (link.hidden = !sso),
    () => {},
  );
  return link;
}

async function enter(entered, said, submit) {
  submit.disabled = true;
  said.textContent = "";
  try {
    await call("POST", "login", Object.fromEntries(entered));
    location.replace("/desk");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    said.textContent = refusal(error);
    submit.disabled = false;
  }
}

function refusal({ status, retryAfter }) {
  if (status === 429) return words.login.throttled(retryAfter);
  if (status === 401 || status === 403) return words.login.wrong;
  return status === 0 ? words.problems[0] : words.login.failed;
}

speak([navigator.language]);
document.title = words.title;
document.body.replaceChildren(h("main", { class: "entrance" }, form(wasSentHere())));
document.querySelector("input[name=email]").focus();
