// The dialog, toasts, one-time buttons, colours, copying, printing. Every page works without this file; hooks are data-js-*.
{
  const byId = (id) => document.getElementById(id);
  const on = (name, act) => document.addEventListener(name, act);
  const dialog = byId("dlg");
  const part = byId("dlg-body");

  /* The dialog: the server says when it opens and closes; Esc and the way back of the focus are the browser's. */
  const first = matchMedia("(pointer: fine)").matches ? "[data-js-first]" : "none"; // A finger's keyboard would cover the form.
  const focusIn = (place) => ["[autofocus]", first, 'h2[tabindex="-1"]'].map((each) => place.querySelector(each)).find(Boolean)?.focus();

  /* What had the focus went with a swap or a closing: back to its namesake, else into its row, else to the page's heading. */
  let last, row;
  on("focusin", ({ target }) => { if (!target.closest("dialog, .toast")) [last, row] = [target.id, target.closest("li[id], .card[id]")?.id]; });
  const isLost = () => !dialog?.open && document.activeElement === document.body;
  const places = () => [byId(last), byId(row)?.querySelector("a, button"), document.querySelector('h1[tabindex="-1"]'), byId("main")];
  const refocus = () => places().forEach((place) => isLost() && place?.focus());
  on("htmx:afterSettle", refocus);

  on("dlg:open", () => {
    if (!dialog.open) {
      delete dialog.dataset.dirty;
      dialog.showModal();
    }
    focusIn(part);
  });
  on("dlg:close", () => dialog.open && dialog.close());

  if (dialog) {
    let pressed;
    dialog.addEventListener("input", () => { dialog.dataset.dirty = "yes"; });
    dialog.addEventListener("pointerdown", (event) => { pressed = event.target; });
    dialog.addEventListener("click", (event) => {
      // Only a press that began and ended on the backdrop, and only while there is nothing to lose.
      if (event.target === dialog && pressed === dialog && !dialog.dataset.dirty) dialog.close();
    });
    dialog.addEventListener("close", () => {
      if (dialog.open) return;
      for (const box of [part, byId("dlg-alert")]) box.replaceChildren();
      refocus();
    });
  }

  /* Toasts: words from the server, set as text. A good one leaves after 20 s, or for the next of its kind; a bad one stays. */
  const bar = byId("toasts")?.parentElement; // It goes up while what has the focus would be under it.
  const dodge = (at) => bar?.classList.toggle("up", at !== document.body && at.getBoundingClientRect().bottom > innerHeight - bar.offsetHeight - 80);
  on("focusin", ({ target }) => target.closest("dialog, .toast") || dodge(target));
  const toast = ({ text, value, bad, undo }) => {
    const box = byId("toast-t").content.firstElementChild.cloneNode(true);
    const form = box.querySelector("form");
    box.querySelector("[data-js-text]").textContent = text ?? value;
    if (undo) {
      form.action = undo.url;
      form.setAttribute("hx-post", undo.url);
      if (undo.label) form.querySelector("[data-js-undo]").textContent = undo.label;
      for (const [name, content] of Object.entries(undo.fields ?? {})) {
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value: content }));
      }
      form.addEventListener("htmx:afterRequest", () => box.remove());
    } else form.remove();
    if (bad) {
      box.classList.add("bad");
      // Behind an open dialog nothing is seen or read aloud.
      byId(dialog.open ? "dlg-alert" : "alert").replaceChildren(box);
      return;
    }
    box.dataset.undo = undo?.url ?? ""; // Only the last change can be undone, and only the last news is news.
    byId("toasts").querySelector(`[data-undo="${box.dataset.undo}"]`)?.remove();
    byId("toasts").append(box);
    dodge(document.activeElement);
    window.htmx?.process(box);
    const leave = () => (box.matches(":hover, :focus-within") ? setTimeout(leave, 3000) : box.remove());
    setTimeout(leave, 20000);
  };
  on("toast", (event) => toast(event.detail));

  /* The connection or the server failed: say so, leave everything as it was typed. */
  const words = byId("alert")?.dataset ?? {};
  on("htmx:sendError", () => toast({ text: words.offline, bad: true }));
  on("htmx:timeout", () => toast({ text: words.late, bad: true }));
  on("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    if (xhr.getResponseHeader("HX-Trigger")?.includes('"toast"')) return;
    const number = xhr.getResponseHeader("X-Request-ID")?.slice(0, 8);
    toast({ text: number ? `${words.broken} ${words.number}: ${number}` : words.broken, bad: true });
  });
  on("allauth.error", (event) => {
    event.preventDefault();
    toast({ text: words.passkey, bad: true });
  });

  /* A form is sent once: the second press finds it busy. */
  const setBusy = (form, button) => {
    form.dataset.busy = "";
    (button ?? form.querySelector("button:not([type=button]), [type=submit]"))?.setAttribute("aria-busy", "true");
  };
  const setFree = (form) => {
    delete form.dataset.busy;
    for (const each of form.elements) each.removeAttribute("aria-busy"); // Its buttons elsewhere on the page too.
  };
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.busy === undefined) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  on("submit", (event) => {
    const form = event.target;
    const once = form.getAttribute("method") === "post" && form.dataset.jsAgain === undefined;
    if (once && !event.defaultPrevented) setBusy(form, event.submitter);
  });
  on("htmx:beforeSend", (event) => {
    const { elt, requestConfig } = event.detail;
    if (elt.matches("form[method=post]")) setBusy(elt, requestConfig.triggeringEvent?.submitter);
  });
  on("htmx:afterRequest", (event) => {
    if (event.detail.elt.matches("form")) setFree(event.detail.elt);
    if (event.detail.successful) for (const id of ["alert", "dlg-alert"]) byId(id).replaceChildren();
  });
  // Back from the next page: the browser may show this one as it was left.
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach(setFree));

  const copy = async (button) => {
    const from = document.querySelector(button.dataset.jsCopy);
    try {
      await navigator.clipboard.writeText(from.value ?? from.textContent.trim());
    } catch {
      return from.select ? from.select() : getSelection().selectAllChildren(from);
    }
    const label = button.querySelector("span") ?? button;
    button.dataset.word ??= label.textContent;
    label.textContent = byId("live").textContent = button.dataset.jsCopied ?? label.textContent;
    setTimeout(() => { label.textContent = button.dataset.word; }, 3000);
  };
  on("click", (event) => {
    const target = event.target.closest?.("[data-js-close], [data-js-dismiss], [data-js-copy], [data-js-print]");
    if (target?.dataset.jsCopy) copy(target);
    if (target?.dataset.jsPrint !== undefined) print();
    if (target?.dataset.jsDismiss !== undefined) target.closest(".toast").remove();
    if (target?.dataset.jsClose !== undefined && target.closest("dialog")) {
      event.preventDefault();
      dialog.close();
    }
  });
  on("change", (event) => {
    if (event.target.dataset.jsTheme === undefined) return;
    if (event.target.value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = event.target.value;
  });
}
