// Card entry in Braintree's hosted fields: the card never touches this page, only a one-time name for it does.
// The page itself includes Braintree's client, hosted-fields and three-d-secure scripts (version 3).
"use strict";

{
  const form = document.querySelector("[data-hosted-fields]");
  const problem = form.querySelector("[data-card-problem]");
  const words = form.querySelector("[data-card-words]").content;
  const button = form.querySelector("button[type=submit]");

  const tell = (word) => {
    problem.textContent = words.querySelector(`[data-word="${word}"]`).textContent;
    problem.hidden = false;
    problem.scrollIntoView({ block: "center" });
  };

  const styles = () => {
    const { color, fontFamily } = getComputedStyle(form);
    return { input: { color, "font-family": fontFamily, "font-size": "17px" } };
  };

  const start = async () => {
    const client = await braintree.client.create({ authorization: form.dataset.clientToken });
    form.querySelector("[data-card-fields]").hidden = false;
    const [fields, secure] = await Promise.all([
      braintree.hostedFields.create({
        client,
        styles: styles(),
        fields: {
          number: { container: "#card-number" },
          expirationDate: { container: "#card-expiry", placeholder: "MM / YY" },
          cvv: { container: "#card-cvv" },
        },
      }),
      braintree.threeDSecure.create({ client, version: 2 }),
    ]);
    return { fields, secure };
  };

  // The bank confirms the payment with its own customer; the server checks once more that it did.
  const verified = async ({ fields, secure }) => {
    const card = await fields.tokenize();
    const { amount, email } = form.dataset;
    return secure.verifyCard({
      amount,
      email,
      nonce: card.nonce,
      bin: card.details.bin,
      onLookupComplete: (_data, next) => next(),
    });
  };

  const reason = (error) => {
    if (["HOSTED_FIELDS_FIELDS_EMPTY", "HOSTED_FIELDS_FIELDS_INVALID"].includes(error.code)) return "incomplete";
    return String(error.code).startsWith("THREEDS_") ? "confirm" : "failed";
  };

  const pay = async (parts) => {
    button.disabled = true;
    problem.hidden = true;
    try {
      const result = await verified(parts);
      if (!result.liabilityShifted) {
        tell("confirm");
        button.disabled = false;
        return;
      }
      form.elements.nonce.value = result.nonce;
      form.submit();
    } catch (error) {
      tell(reason(error));
      button.disabled = false;
    }
  };

  button.disabled = true;
  const ready = typeof braintree === "undefined" ? Promise.reject(new Error("no scripts")) : start();
  ready.then(
    (parts) => {
      button.disabled = false;
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        pay(parts);
      });
    },
    () => tell("loading"),
  );
}
