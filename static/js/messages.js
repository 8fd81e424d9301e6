// A thread of messages: it stays at its end, what is looked at counts as read, and what is typed is never lost.
// Without this file messages are read by a press and sent by one.
{
  const byId = (id) => document.getElementById(id);
  const on = (name, act) => document.addEventListener(name, act);
  const composer = () => document.querySelector("[data-js-composer]");
  const text = () => composer()?.elements.body;
  const isThread = (element) => element?.id === "thread";

  /* On a desk the messages scroll, on a phone the page does. */
  const scroller = () => {
    const reel = document.querySelector("[data-js-reel]");
    return reel && reel.scrollHeight > reel.clientHeight + 1 && getComputedStyle(reel).overflowY === "auto" ? reel : document.scrollingElement;
  };
  const left = () => scroller().scrollHeight - scroller().scrollTop - scroller().clientHeight;
  const toEnd = () => { scroller().scrollTop = scroller().scrollHeight; };

  /* Who looks has read it; a page behind another window has not been looked at. */
  const markRead = () => {
    const form = document.querySelector("[data-js-read]");
    if (form && form.dataset.busy === undefined && document.visibilityState === "visible") form.requestSubmit();
  };

  /* Whoever is at the end stays there; whoever reads further up is left alone. */
  let wasAtEnd = false;
  let isOwn = false;
  on("htmx:beforeSwap", ({ detail }) => {
    if (!isThread(detail.target)) return;
    isOwn = detail.requestConfig.elt === composer();
    wasAtEnd = left() < 80;
  });
  on("htmx:afterSettle", ({ target }) => {
    if (!isThread(target) && !target.querySelector?.("#thread")) return;
    if (wasAtEnd || isOwn) toEnd();
    wasAtEnd = isOwn = false;
    markRead();
  });

  /* What was sent leaves the window; what was typed since stays in it. */
  let sent = "";
  on("htmx:beforeRequest", ({ detail }) => {
    if (detail.elt === composer()) sent = text().value;
  });
  on("htmx:afterRequest", ({ detail }) => {
    if (detail.elt !== composer() || detail.xhr.status !== 200) return;
    if (text().value.startsWith(sent)) text().value = text().value.slice(sent.length).trimStart();
    byId("composer-trouble").replaceChildren();
    text().removeAttribute("aria-invalid");
    if (composer().contains(document.activeElement)) text().focus();
  });
  on("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || event.target !== text()) return;
    event.preventDefault();
    if (composer().dataset.busy === undefined) composer().requestSubmit(byId("composer-send"));
  });

  /* Signed out meanwhile: the way to sign-in would take what is typed with it, so it opens beside it. */
  on("htmx:beforeOnLoad", (event) => {
    const out = byId("composer-out");
    if (event.detail.xhr.status === 401 && text()?.value.trim()) {
      event.preventDefault();
      if (out.hidden) {
        out.hidden = false;
        out.focus();
      }
    } else if (out && isThread(event.detail.elt) && event.detail.xhr.status === 200) out.hidden = true;
  });
  on("htmx:responseError", ({ detail }) => {
    // The form's own token is of the time before: the thread brings a new one.
    if (detail.xhr.status === 403 && detail.elt === composer()) window.htmx.trigger(document.body, "messages:changed");
  });
  on("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    if (byId("composer-out")?.hidden === false) window.htmx.trigger(document.body, "messages:changed");
    markRead();
  });

  if (byId("thread-newest") === null && (!location.hash || location.hash === "#last")) toEnd();
  // htmx takes the form over when the page is ready.
  addEventListener("load", markRead);
}
