// Public pages are asked for as any visitor asks for them, and htmx takes out the part it shows. So an address has one
// answer, whoever keeps a copy of it: a fragment kept under a page's address would come back in the page's place.
"use strict";

document.addEventListener("htmx:configRequest", (event) => {
  delete event.detail.headers["HX-Request"];
});
