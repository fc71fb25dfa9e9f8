// Says how many characters are left in a text field. The server counts again.
"use strict";

for (const count of document.querySelectorAll("[data-count-for]")) {
  const field = document.getElementById(count.dataset.countFor);
  const shown = count.querySelector("span");
  const format = new Intl.NumberFormat(document.documentElement.lang);
  // As the server counts: composed characters, a line end as one, and so is one outside the basic plane.
  const length = () => Array.from(field.value.normalize("NFC").trim()).length;
  const show = () => {
    shown.textContent = format.format(Number(count.dataset.max) - length());
  };
  let pause;
  field.addEventListener("input", () => {
    show();
    clearTimeout(pause);
    pause = setTimeout(() => count.setAttribute("aria-live", "polite"), 1000);
    count.removeAttribute("aria-live");
  });
  show();
  count.hidden = false;
}
