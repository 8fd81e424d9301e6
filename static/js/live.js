// Names of what changed elsewhere come over one line; parts of the page that listen for them read themselves anew.
{
  const on = (name, act, early) => document.addEventListener(name, act, early);
  const [address, first] = document.body.dataset.jsLive.split("=");
  const own = new Set(); // What these requests of ours did shows already.
  const busy = new Map(); // Under way: the verb, or what is only read anew.
  let news = [], held = [], since = first, lost = 0, heard = Date.now(), line, soon;

  const isLive = ({ detail }) => detail.requestConfig?.triggeringEvent?.detail?.live;
  const LISTENS = "[hx-trigger*=':changed from:body']";
  const listened = () => [...document.querySelectorAll(LISTENS)]
    .flatMap((part) => part.getAttribute("hx-trigger").match(/[\w-]+:changed(?= from:body)/g));
  const tell = () => {
    soon = undefined;
    if (busy.size) return; // Until these are over nobody knows whose news it is.
    const names = news.filter(({ id }) => !own.has(id)).flatMap((each) => each.names);
    news = [];
    for (const name of new Set(names.includes("*") ? listened() : names)) window.htmx.trigger(document.body, name, { live: true });
  };
  const hear = (...more) => {
    news.push(...more);
    soon ??= setTimeout(tell, 100);
  };
  const readAll = () => hear({ names: ["*"] });
  const release = () => held.length && hear(...held.splice(0));

  const open = () => {
    line?.close();
    lost = 0;
    line = new EventSource(`${address}=${since}`);
    line.onmessage = ({ data, lastEventId }) => {
      [heard, lost, since] = [Date.now(), 0, lastEventId];
      const told = JSON.parse(data);
      if (told.names.length) hear(told);
    };
    line.onerror = () => {
      if (lost < 2 && (lost += line.readyState === 2 ? 2 : 1) > 1) readAll();
    };
  };
  // Who is not seen holds no line: a browser has six for all its pages. On return it hears what it missed.
  const look = () => (document.hidden ? line?.close() : open());
  on("visibilitychange", look);
  look();
  setInterval(() => {
    if (document.hidden) return;
    release();
    if (lost > 1) readAll();
    if (line.readyState === 2 || Date.now() - heard > 40000) open();
  }, 15000);

  /* What is typed in, or open, stays until it is left. What is only read anew gives way to what was asked for. */
  const isTyped = (field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked;
  const isInUse = (part) => document.querySelector("dialog[open][data-dirty]")
    || part.querySelector("input:focus, textarea:focus, select:focus, :popover-open, .is-lifted") || [...part.querySelectorAll("input, textarea")].some(isTyped);
  const drop = ({ detail }) => { detail.shouldSwap &&= !detail.xhr.isLate; };
  on("htmx:beforeRequest", (event) => {
    const { elt, xhr, target, requestConfig } = event.detail;
    const what = elt.matches(LISTENS) ? [requestConfig.triggeringEvent?.type ?? "*"] : requestConfig.verb;
    if (isLive(event) && isInUse(elt)) {
      held.push({ names: what });
      return event.preventDefault();
    }
    if (what.map) target.addEventListener("htmx:beforeSwap", drop); // It may be gone then.
    for (const [other, names] of what === "get" ? busy : []) if (names.map) news.push({ names }), other.isLate = true;
    busy.set(xhr, what);
    xhr.addEventListener("loadend", () => {
      busy.delete(xhr);
      own.add(xhr.getResponseHeader("X-Request-ID"));
      hear();
    });
  });
  for (const name of ["focusout", "close"]) on(name, release, true);

  /* Nobody asked for these: when they fail, nobody is told. */
  for (const name of ["sendError", "timeout", "responseError"]) on(`htmx:${name}`, (event) => isLive(event) && event.stopPropagation(), true);
}
