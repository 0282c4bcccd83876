// Who the counter takes one for: a card for each customer, with the ways they came in by.
import { make, words } from "./dom.js";

let before = "";

/** Draw the strip, if it is another than before. */
export function strip(customers) {
  const now = JSON.stringify(customers);
  if (now === before) return;
  before = now;
  if (customers.length) document.querySelector("#strip").replaceChildren(...customers.map(card));
  for (const column of document.querySelectorAll(".column")) {
    const whose = customers.findIndex(({ accounts }) =>
      accounts.some(({ channel }) => channel === column.dataset.channel),
    );
    const mark = column.querySelector(".whose");
    mark.textContent = whose < 0 ? "" : letter(whose);
    mark.dataset.customer = whose;
  }
}

const letter = (number) => "ABCDEF"[number] ?? "?";

function card({ accounts, member, focus, question }, number) {
  const mark = make("span", "whose", letter(number));
  mark.dataset.customer = number;
  const who = make("b", "", member ? words.member.replace("{}", member) : words.stranger);
  const ways = accounts.map(({ channel, trust }) =>
    make("span", `way ${trust}`, make("b", "", words[channel]), words[trust]),
  );
  const spoken = Object.values(focus).join(" · ");
  const asked = question && [question.about, question.words].filter(Boolean).join(" – ");
  const waiting = make("dd", "", asked || words.no_question);
  waiting.title = asked || "";
  const told = make(
    "dl",
    "",
    make("dt", "", words.focus),
    make("dd", "", spoken || words.no_focus),
    make("dt", "", words.question),
    waiting,
  );
  return make("article", "", make("div", "who", mark, who, ...ways), told);
}
