// Another language takes along what was typed, where a form has a button for that; a page on which nothing was, is simply
// left for its translation.
"use strict";

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.querySelector("[data-language]")) form.dataset.begun = "";
});

document.addEventListener("click", (event) => {
  const link = event.target.closest(".languages a[hreflang]");
  const button = link && document.querySelector(`form[data-begun] [data-language="${link.hreflang}"]`);
  if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  button.click();
});
