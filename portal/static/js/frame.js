// On a page that shows a calculator in a frame: gives the frame the height that the calculator asks for. Listens to the
// frames of this script's own site alone, and takes nothing from them but a number.
"use strict";

{
  const site = new URL(document.currentScript.src).origin;
  addEventListener("message", (event) => {
    const height = event.data?.calculatorHeight;
    if (event.origin !== site || !Number.isFinite(height)) return;
    for (const frame of document.querySelectorAll("iframe")) {
      if (frame.contentWindow === event.source) frame.style.height = `${Math.min(Math.max(height, 200), 20000)}px`;
    }
  });
}
