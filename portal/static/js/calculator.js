// What a calculator does while it is filled in: shows what is asked and what is assumed, looks airports up, and lets
// Back and Forward of the browser go from section to section. All figures come from the server.
"use strict";

{
  const questions = (attribute, name) => document.querySelectorAll(`#calculator [${attribute}="${name}"]`);

  // The total brings along which questions are asked after these answers, and what is assumed for open ones.
  const follow = () => {
    const total = document.querySelector("#total-so-far [data-state]");
    if (!total) return;
    const { hidden, assumed } = JSON.parse(total.dataset.state);
    for (const question of document.querySelectorAll("#calculator [data-question]")) {
      const isWrong = question.classList.contains("field-wrong");
      question.classList.toggle("is-off", hidden.includes(question.dataset.question) && !isWrong);
    }
    for (const hint of document.querySelectorAll("#calculator [data-assumed]")) {
      hint.textContent = assumed[hint.dataset.assumed] ?? "";
    }
  };

  // Writes a number as somebody would type it here: with one decimal more where three look like a thousand to some.
  const typed = (value) => {
    const parts = new Intl.NumberFormat(document.documentElement.lang).formatToParts(0.5);
    const plain = /^-?[1-9]\d{0,2}\.\d{3}$/.test(value) ? `${value}0` : value;
    return plain.replace(".", parts.find((part) => part.type === "decimal").value);
  };

  // Sliders move numbers and numbers move sliders. The number is what counts; an open one has its slider at the start.
  const slide = () => {
    for (const slider of document.querySelectorAll("#calculator [data-slides]:not([data-ready])")) {
      const number = document.getElementById(slider.dataset.slides);
      const show = () => {
        const value = Number(number.value.replace(",", "."));
        slider.value = number.value.trim() === "" || Number.isNaN(value) ? slider.min : value;
      };
      slider.addEventListener("input", () => {
        number.value = typed(slider.value);
      });
      number.addEventListener("input", show);
      show();
      slider.hidden = false;
      slider.dataset.ready = "";
    }
  };

  // Back and Forward press the button of the section that was left, so that what was typed since goes along.
  const current = () => document.querySelector("#calculator [name=at]")?.value;

  const turnTo = (id) => {
    const form = document.getElementById("calculator");
    const section = document.getElementById(`section-${id}`);
    const button = form?.querySelector(`.calculator-steps [value="${id}"]`);
    if (!section || !button) return;
    button.click();
  };

  let isGoingBack = false;
  addEventListener("popstate", (event) => {
    if (event.state?.section === undefined) return;
    isGoingBack = true;
    turnTo(event.state.section);
  });

  const remember = () => {
    const section = current();
    if (section === undefined) return;
    if (history.state?.section === undefined) history.replaceState({ ...history.state, section }, "");
    else if (history.state.section !== section && !isGoingBack) history.pushState({ section }, "");
    isGoingBack = false;
    keep();
  };

  // What was typed is kept with this page's place in the browser's history, and nowhere else: a browser that builds the
  // page anew for whoever comes back to it, or loads it again, has an empty form to show.
  const keep = () => {
    const form = document.querySelector("#calculator[data-begun]");
    if (form) history.replaceState({ ...history.state, typed: [...new FormData(form)] }, "");
  };

  const bringBack = (form) => {
    const [visit] = performance.getEntriesByType("navigation");
    const typed = ["back_forward", "reload"].includes(visit?.type) && history.state?.typed;
    if (!typed) return false;
    const values = { ...Object.fromEntries(typed), go: history.state.section };
    htmx.ajax("POST", form.action, { target: "#calculator", swap: "outerHTML show:none settle:0ms", values });
    return true;
  };

  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, parameters } = event.detail;
    if (!elt.matches("[data-airport]")) return;
    for (const name of Object.keys(parameters)) delete parameters[name];
    parameters.q = elt.value;
  });

  // What somebody opened stays open when another step draws the questions anew.
  let opened = [];
  const more = () => document.querySelectorAll("#calculator [data-more]");
  document.addEventListener("htmx:beforeSwap", () => {
    opened = [...more()].filter((each) => each.open).map((each) => each.dataset.more);
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id === "total-so-far") follow();
    else for (const each of more()) each.open ||= opened.includes(each.dataset.more);
    slide();
    remember();
  });

  // Who is on the way to the result needs no total of the answers any more.
  let isLeaving = false;
  document.addEventListener("submit", (event) => {
    isLeaving = event.target.id === "calculator" && !event.defaultPrevented;
    if (isLeaving) keep();
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isLeaving) event.preventDefault();
  });

  // A browser that brings back what was typed before does so silently: ask for the total that belongs to it.
  const isChanged = (field) => field.defaultValue !== undefined && field.type !== "radio" && field.value !== field.defaultValue;

  const start = () => {
    const form = document.getElementById("calculator");
    if (!form) return;
    if (bringBack(form)) return;
    slide();
    remember();
    if ([...form.elements].some(isChanged)) form.dispatchEvent(new Event("input", { bubbles: true }));
  };
  addEventListener("pageshow", () => {
    isLeaving = false;
  });
  addEventListener("pageshow", start, { once: true });
}
