// Shows quantity times price while the quantity is typed. The server computes the amount that counts.
"use strict";

{
  const THOUSANDTHS = 1000; // prices have at most three decimals, so whole numbers suffice

  const amount = (price, quantity) => (Math.round(Number(price) * THOUSANDTHS) * quantity) / THOUSANDTHS;

  const wholeUnits = (text) => (/^\s*\d{1,12}\s*$/.test(text) ? Number(text) : 0);

  for (const total of document.querySelectorAll("[data-total-of]")) {
    const input = document.getElementById(total.dataset.totalOf);
    const shown = total.querySelector("strong");
    const { price, currency } = total.dataset;
    const format = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency });
    const show = () => {
      const quantity = wholeUnits(input.value);
      total.hidden = quantity < 1;
      shown.textContent = quantity < 1 ? "" : format.format(amount(price, quantity));
    };
    input.addEventListener("input", show);
    show();
  }
}
