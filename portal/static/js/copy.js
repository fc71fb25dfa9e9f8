// Copy buttons: shown only where the browser can copy, and heard as well as seen.
"use strict";

if (navigator.clipboard) {
  const said = document.querySelector("[data-copied]");
  for (const button of document.querySelectorAll("[data-copy]")) {
    const label = [...button.childNodes]; // before any click: whoever clicks twice gets it back too
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const done = said.dataset.copied;
      button.textContent = done;
      said.textContent = done;
      setTimeout(() => {
        button.replaceChildren(...label);
        said.textContent = "";
      }, 2000);
    });
  }
}
