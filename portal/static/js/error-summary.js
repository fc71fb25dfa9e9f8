// Moves the focus to what is wrong, so that it is read and seen first.
"use strict";

{
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
}
