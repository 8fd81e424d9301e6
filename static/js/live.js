// Names of what changed elsewhere come over one line; parts of the page that listen for them read themselves anew.
{
  const on = (name, act) => document.addEventListener(name, act);
  const [address, first] = document.body.dataset.jsLive.split("=");
  const own = new Set(); // What these requests of ours did shows already.
  const busy = new Set(); // Until these are over nobody knows whose news it is.
  let news = [], held = [], since = first, lost = 0, heard = Date.now(), line, soon;

  const isLive = ({ detail }) => detail.requestConfig?.triggeringEvent?.detail?.live;
  const LISTENS = "[hx-trigger*=':changed from:body']";
  const listened = () => [...document.querySelectorAll(LISTENS)]
    .flatMap((part) => part.getAttribute("hx-trigger").match(/[\w-]+:changed(?= from:body)/g));
  const tell = () => {
    soon = undefined;
    if (busy.size) return;
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

  on("htmx:beforeSend", (event) => {
    const { elt, xhr, requestConfig } = event.detail;
    if (requestConfig.verb === "get" && !elt.matches(LISTENS)) return;
    busy.add(xhr);
    xhr.addEventListener("loadend", () => {
      busy.delete(xhr);
      own.add(xhr.getResponseHeader("X-Request-ID"));
      hear();
    });
  });

  /* What is typed in, or open, stays until it is left. */
  const isTyped = (field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked;
  const isInUse = (part) => document.querySelector("dialog[open][data-dirty]")
    || part.querySelector("input:focus, textarea:focus, select:focus, :popover-open, .is-lifted") || [...part.querySelectorAll("input, textarea")].some(isTyped);
  on("htmx:beforeRequest", (event) => {
    if (!isLive(event) || !isInUse(event.target)) return;
    event.preventDefault();
    held.push({ names: [event.detail.requestConfig.triggeringEvent.type] });
  });
  for (const name of ["focusout", "close"]) document.addEventListener(name, release, true);

  /* Nobody asked for these: when they fail, nobody is told. */
  for (const name of ["sendError", "timeout", "responseError"]) window.addEventListener(`htmx:${name}`, (event) => isLive(event) && event.stopPropagation(), true);
}
