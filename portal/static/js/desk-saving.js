// While Wagtail saves a page by itself, Save and Publish wait until that is done. Sent at once, a page that autosave is
// just making would be made a second time, and refused since its address is in use: by itself. Once they are sent, nothing
// is saved by itself any more: that would come second, and be refused as well.
(() => {
  const PATIENCE = 15000; // milliseconds, in case that nothing is heard of a saving any more
  const saving = new Map(); // forms that are being saved: what was pressed meanwhile, if anything
  const sent = new WeakSet(); // forms that were sent, and in which nobody typed since

  function done(form) {
    if (!saving.has(form)) return;
    const pressed = saving.get(form);
    saving.delete(form);
    if (!pressed) return;
    if (pressed.name) {
      // Wagtail disables what is pressed, and a browser leaves out what is disabled.
      const said = document.createElement("input");
      Object.assign(said, { type: "hidden", name: pressed.name, value: pressed.value });
      form.append(said);
    }
    form.requestSubmit();
  }

  window.addEventListener("w-autosave:save", (event) => {
    if (event.defaultPrevented) return;
    if (sent.has(event.target)) {
      event.preventDefault();
      return;
    }
    saving.set(event.target, null);
    setTimeout(() => done(event.target), PATIENCE);
  });
  for (const end of ["w-autosave:success", "w-autosave:error"]) {
    window.addEventListener(end, (event) => done(event.target));
  }
  window.addEventListener("input", (event) => sent.delete(event.target.closest("form")), true);
  window.addEventListener(
    "submit",
    (event) => {
      if (!saving.has(event.target)) {
        sent.add(event.target);
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      saving.set(event.target, event.submitter ?? event.target);
    },
    true,
  );
})();
