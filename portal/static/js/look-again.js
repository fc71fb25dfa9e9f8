// What looks now and then how far something is looks less often where the answer asks for that (Retry-After, in seconds).
"use strict";

{
  let notBefore = 0;
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (Date.now() < notBefore) event.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const seconds = Number(event.detail.xhr.getResponseHeader("Retry-After"));
    // A moment less, since a timer may be early, and would then leave out a whole turn.
    if (seconds > 0) notBefore = Date.now() + 1000 * seconds - 500;
  });
}
