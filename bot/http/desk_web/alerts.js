// Calling the staff member who looks elsewhere: a tone, a notice, a number in the tab's title.

import { h } from "./dom.js";
import { choose, setting } from "./settings.js";
import { words } from "./words.js";

/** Who still waits is called out again after a while. */
const AGAIN_MILLISECONDS = 60_000;
const TONES = { arrived: [880, 1175], answered: [660] };
const TONE_SECONDS = 0.16;
const LOUDNESS = 0.12;

export class Alerts {
  /** @param {import("./desk.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.region = h("p", { class: "hidden", role: "status" });
    desk.addEventListener("queue", () => this.title());
    desk.addEventListener("arrived", () => this.call("arrived", this.waiting()));
    desk.addEventListener("answered", () => this.call("answered", words.newReply));
    desk.addEventListener("called", () => this.call("arrived", words.newCall));
    setInterval(() => this.remind(), AGAIN_MILLISECONDS);
    // Browsers allow sound only after a first gesture.
    if (setting("sound")) addEventListener("pointerdown", () => this.unlock(), { once: true });
    if (setting("sound")) addEventListener("keydown", () => this.unlock(), { once: true });
  }

  waiting() {
    const { isStore, waiting } = this.desk;
    return isStore ? words.newQuestion : words.newWaiting(waiting.length);
  }

  title() {
    const { calling } = this.desk;
    document.title = calling ? `(${calling}) ${words.title}` : words.title;
  }

  call(kind, said) {
    this.region.textContent = said;
    this.sound(kind);
    this.notify();
  }

  remind() {
    const { me, waiting } = this.desk;
    if (me.status === "online" && waiting.length) this.sound("arrived");
  }

  /** Sound on or off; switching it on lets it be heard. */
  setSound(isOn) {
    choose("sound", isOn);
    if (isOn) this.sound("arrived");
  }

  unlock() {
    this.audio ??= new AudioContext();
    this.audio.resume();
  }

  sound(kind) {
    if (!setting("sound")) return;
    this.unlock();
    TONES[kind].forEach((hertz, index) => {
      const start = this.audio.currentTime + index * TONE_SECONDS;
      const tone = new OscillatorNode(this.audio, { frequency: hertz });
      const volume = new GainNode(this.audio, { gain: 0 });
      volume.gain.setValueAtTime(LOUDNESS, start);
      volume.gain.exponentialRampToValueAtTime(0.001, start + TONE_SECONDS);
      tone.connect(volume).connect(this.audio.destination);
      tone.start(start);
      tone.stop(start + TONE_SECONDS);
    });
  }

  /** Ask the browser's leave. @returns {Promise<boolean>} is it given? */
  async setNotify(isOn) {
    const isAllowed = isOn && (await Notification.requestPermission()) === "granted";
    choose("notify", isAllowed);
    return isAllowed === isOn;
  }

  /** A notice outside of the page; nothing of the customer is in it. */
  notify() {
    if (document.visibilityState === "visible" || !setting("notify")) return;
    if (Notification.permission !== "granted") return;
    const notice = new Notification(words.notice, { body: words.noticeBody, tag: "madoguchi" });
    notice.onclick = () => (window.focus(), notice.close());
  }
}
