// Making elements, and the page's words.

export const words = JSON.parse(document.body.dataset.words);

/** Where the phones are: in front of Shibuya station. */
export const HERE = { lat: 35.6595, lng: 139.7005 };

/** An element; `content` is text, elements, or nothing. What is said by others is never HTML. */
export function make(name, className = "", ...content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content.filter((each) => each !== null && each !== undefined && each !== ""));
  return made;
}

/** A button that does something. */
export function button(label, className, act) {
  const made = make("button", className, label);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

/** Text with its links to be followed on this page. */
export function linked(text, follow) {
  return text.split(/(https?:\/\/[^\s、。）」]+)/).map((part, index) => {
    if (index % 2 === 0) return part;
    const link = make("a", "", part);
    link.href = part;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      follow(part);
    });
    return link;
  });
}

/** The time of day of a moment (a `Date`). */
export function timeOf(moment) {
  return new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(moment);
}
