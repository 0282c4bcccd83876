// The window on the screen: open or closed, beside the page or, on a phone, over all of it.

import { followKeyboard, holdPage, PHONE } from "./screen.js";

export class Frame {
  /** @param {object} launcher whose window it is @param {() => void} onClosed */
  constructor(launcher, onClosed) {
    Object.assign(this, { launcher, onClosed });
    this.isOpen = false;
    followKeyboard(launcher.root);
    launcher.panel.addEventListener("close", () => this.closed());
    PHONE.addEventListener("change", () => this.turned());
  }

  /** Is the customer looking at it? */
  get isSeen() {
    return this.isOpen && document.visibilityState === "visible";
  }

  /** The launcher has opened the window. @returns {boolean} whether it was closed until now */
  open() {
    if (this.isOpen) return false;
    this.isOpen = true;
    holdPage(PHONE.matches);
    this.launcher.emit("open");
    return true;
  }

  /** The window was closed, by us or by the browser's own way back. */
  closed() {
    if (!this.isOpen || this.launcher.panel.open) return;
    this.isOpen = false;
    holdPage(false);
    this.launcher.emit("close");
    this.onClosed();
  }

  /** The screen has become another: the window is opened anew. */
  turned() {
    if (!this.isOpen) return;
    const { activeElement } = this.launcher.root;
    this.launcher.show();
    activeElement?.focus({ preventScroll: true });
    holdPage(PHONE.matches);
  }
}
