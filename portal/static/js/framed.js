// Inside a frame on somebody else's page: tells that page how high the calculator is, and nothing else.
"use strict";

{
  const content = document.querySelector("[data-framed]");
  const tell = () => {
    const height = Math.ceil(content.getBoundingClientRect().height);
    parent.postMessage({ calculatorHeight: height }, "*");
  };
  if (parent !== window) new ResizeObserver(tell).observe(content);
}
