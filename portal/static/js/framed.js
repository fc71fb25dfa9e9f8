// Inside a frame on somebody else's page: tells that page how high the calculator is, and nothing else. Where a step
// would take the focus by itself, which browsers refuse in a frame, it takes it after what somebody did here. A result
// opens in the whole window; what is wrong is said in the frame.
"use strict";

{
  const content = document.querySelector("[data-framed]");
  const tell = () => {
    const height = Math.ceil(content.getBoundingClientRect().height);
    parent.postMessage({ calculatorHeight: height }, "*");
  };
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "total-so-far") document.querySelector("[data-autofocus]")?.focus();
  });
  document.addEventListener("calculated", (event) => {
    open(event.detail.address, "_top");
  });
  if (parent !== window) new ResizeObserver(tell).observe(content);
}
