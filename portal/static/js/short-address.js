// Leaves empty filters out of the address, so that it stays short to share and easy to cache.
"use strict";

document.addEventListener("htmx:configRequest", (event) => {
  const { formData } = event.detail;
  for (const [name, value] of [...formData.entries()]) {
    if (value === "") formData.delete(name);
  }
});
