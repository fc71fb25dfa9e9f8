// An answer that says the same as before is not shown again, so that nobody hears it twice.
"use strict";

{
  let last = "";
  document.addEventListener("htmx:beforeSwap", (event) => {
    const text = event.detail.xhr.responseText;
    if (text === last) event.detail.shouldSwap = false;
    last = text;
  });
}
