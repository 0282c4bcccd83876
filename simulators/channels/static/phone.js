// One phone: its screen is drawn anew when it has changed, and used as people use theirs.
import { HERE, button, make, words } from "./dom.js";

export class Phone {
  /**
   * @param {Element} column of the page
   * @param {string} name of the channel
   * @param {Function} draw the parts of a screen
   * @param {{follow: Function, scan: Function, refused: Function}} page
   */
  constructor(column, name, draw, page) {
    this.name = name;
    this.draw = draw;
    this.page = page;
    this.screen = "";
    this.count = 0;
    const find = (selector) => column.querySelector(selector);
    this.parts = { talk: find(".talk"), quick: find(".quick"), foot: find(".foot") };
    this.account = find(".account");
    this.state = find(".state");
    this.composer = find(".composer");
    this.more = find(".more");
    this.mood = find(".mood");
    const { talk } = this.parts;
    new ResizeObserver(() => (talk.scrollTop = talk.scrollHeight)).observe(talk);
    this.composer.addEventListener("submit", (event) => this.submit(event));
    this.mood.addEventListener("change", () => this.post("mood", { mood: this.mood.value }));
    find(".scan").addEventListener("click", () => page.scan(this));
    for (const each of this.more.querySelectorAll("[data-act]")) {
      each.addEventListener("click", () => this.chosen(each.dataset.act));
    }
  }

  chosen(act) {
    this.more.open = false;
    if (act === "block" && this.shown.blocked) return this.shown.unblock();
    return this.act(act, act === "location" ? HERE : {});
  }

  /** Do something with this phone. */
  async act(deed, body = {}) {
    const screen = await this.post(deed, body);
    if (screen) this.show(screen);
  }

  async post(deed, body) {
    const headers = { "Content-Type": "application/json" };
    const wish = { method: "POST", headers, body: JSON.stringify(body) };
    const answer = await fetch(`/channels/${this.name}/${deed}`, wish).catch(() => null);
    if (answer?.ok) return answer.json();
    this.page.refused(words.lost);
    return null;
  }

  submit(event) {
    event.preventDefault();
    const { text } = this.composer.elements;
    const said = text.value.trim();
    text.value = "";
    if (!said) return;
    if (this.page.follow(said)) return;
    this.act("text", { text: said });
  }

  /** An invitation was opened here: on LINE its words wait to be sent. */
  async prefill(text) {
    if (this.shown.fresh || this.shown.blocked) await this.act("follow");
    this.composer.elements.text.value = text;
    this.composer.elements.text.focus();
  }

  /** Draw the screen, if it is another than before. */
  show(screen) {
    const now = JSON.stringify(screen);
    if (now === this.screen) return;
    this.screen = now;
    const act = (deed, body) => this.act(deed, body);
    this.shown = this.draw(screen, act, (url) => this.page.follow(url, true));
    const { shown } = this;
    this.account.textContent = shown.account;
    this.state.textContent = shown.blocked && !shown.fresh ? words.blocked : shown.state;
    this.more.querySelector("[data-act=block]").textContent = shown.blocked ? words.unblock : words.block;
    this.more.hidden = shown.fresh;
    this.composer.hidden = shown.fresh;
    redraw(this.parts.talk, shown.fresh ? [beginning(shown)] : shown.talk);
    redraw(this.parts.quick, shown.quick, shown.talk.length !== this.count);
    this.parts.quick.hidden = !shown.quick.length;
    this.keepMenu(shown.foot);
    if (shown.talk.length !== this.count) this.parts.talk.scrollTop = this.parts.talk.scrollHeight;
    this.count = shown.talk.length;
  }

  /** The menu stays as open as it was, until something is said. */
  keepMenu(foot) {
    const open = this.parts.foot.querySelector("details")?.open;
    this.parts.foot.replaceChildren(...foot);
    if (open && this.shown.talk.length === this.count) this.parts.foot.querySelector("details").open = true;
  }
}

/** Put in what is new; what is the same stays, for somebody may be about to press it. */
function redraw(place, wished, isAllNew = false) {
  if (isAllNew) place.replaceChildren();
  wished.forEach((each, at) => {
    const shown = place.children[at];
    if (!shown) place.append(each);
    else if (!shown.isEqualNode(each)) shown.replaceWith(each);
  });
  while (place.children.length > wished.length) place.lastElementChild.remove();
}

/** What stands on the screen before the first word. */
function beginning({ about, begin }) {
  const press = button(begin.label, "begin", begin.act);
  return make("div", "beginning", make("p", "", about || words.begin), press);
}
