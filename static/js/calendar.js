// What mouse and clock do to a calendar: drag, ask why, now. Each is also a link.
{
  const byId = (id) => document.getElementById(id);
  const on = (name, act, early = false) => document.addEventListener(name, act, early);
  const clock = (minutes) => [minutes / 60, minutes % 60].map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
  const put = (item, minutes) => {
    item.classList.remove(...[...item.classList].filter((name) => /^[hm]-\d+$/.test(name)));
    item.classList.add(`h-${Math.floor(minutes / 60)}`, `m-${(minutes % 60) - (minutes % 5)}`);
  };
  const timeIn = (text) => text.split(":").reduce((hours, minutes) => hours * 60 + Number(minutes), 0);

  /* The columns of days, where there is room for them: drawn against the clock, from one hour to another. */
  const LIST = '#calendar .week[class*="from-"] .day-list';
  const isDrawn = () => matchMedia("(min-width: 48rem)").matches;
  const span = (name) => 60 * (byId("calendar").querySelector(".week").className.match(`\\b${name}-(\\d+)`)?.[1] ?? 0);
  const columnAt = (x) => [...document.querySelectorAll(LIST)].find((list) => {
    const { left, right } = list.getBoundingClientRect();
    return left <= x && x < right;
  });
  const minuteAt = (list, y) => {
    const { top, height } = list.getBoundingClientRect();
    return span("from") + ((y - top) / height) * (span("to") - span("from"));
  };
  const dayOf = (list) => list.closest(".day").id.replace("d-", "");

  /* Drag, by mouse only: a finger scrolls. The card stays where it is until the server says otherwise. */
  let held;
  let wasDragged = false;
  const lift = () => {
    held.ghost = held.card.cloneNode(true);
    for (const each of [held.ghost, held.ghost.querySelector("a")]) {
      for (const name of ["id", "href", "data-js-move"]) each.removeAttribute(name);
    }
    for (const part of held.ghost.querySelectorAll("b .lane-off")) part.classList.remove("lane-off");
    held.ghost.className = `ev ghost ${held.card.className.match(/\bd-\d+/)}`;
    held.ghost.inert = true;
    held.card.classList.add("is-lifted");
    wasDragged = true;
  };
  const leave = ({ card, ghost } = {}) => {
    ghost?.remove();
    card?.classList.remove("is-lifted");
  };
  const hover = ({ clientX, clientY, altKey }) => {
    if (!held || (!held.ghost && Math.hypot(clientX - held.x, clientY - held.y) < 6)) return;
    if (!held.card.isConnected) {
      held = undefined;
      return;
    }
    if (!held.ghost) lift();
    held.list = columnAt(clientX);
    held.ghost.hidden = !held.list;
    if (!held.list) return;
    const step = altKey ? 5 : 15;
    const exact = minuteAt(held.list, clientY - held.grip);
    const isHome = held.list === held.home && Math.abs(exact - held.from) < step / 2;
    const last = Math.floor((span("to") - Math.min(held.minutes, span("to") - span("from"))) / step) * step;
    held.at = isHome ? held.from : Math.min(Math.max(Math.round(exact / step) * step, span("from")), last);
    put(held.ghost, held.at);
    const words = held.ghost.querySelector(".ev-meta > span");
    if (words) words.textContent = `${clock(held.at)}–${clock((held.at + held.minutes) % 1440)}`;
    held.list.append(held.ghost);
    if (clientY < 80) scrollBy(0, -16);
    if (clientY > innerHeight - 40) scrollBy(0, 16);
  };
  const send = (drag) => {
    const { url, version, minutes, at } = drag;
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const values = { day: dayOf(drag.list), at: clock(at), minutes, version, csrfmiddlewaretoken: token };
    const answered = ({ detail }) => {
      if (detail.requestConfig?.path !== url || detail.requestConfig.verb !== "post") return;
      document.removeEventListener("htmx:afterRequest", answered);
      if (detail.xhr.status === 204) return;
      leave(drag);
      if (detail.xhr.status) htmx.trigger(document.body, "calendar:changed");
    };
    on("htmx:afterRequest", answered);
    // What failed says so by events of its own.
    htmx.ajax("POST", url, { target: "#dlg-body", values }).catch(() => {});
  };
  const drop = () => {
    const drag = held;
    held = undefined;
    if (!drag?.ghost) return;
    if (drag.list && (drag.list !== drag.home || drag.at !== drag.from)) send(drag);
    else leave(drag);
  };
  const cancel = () => {
    leave(held);
    held = undefined;
  };
  on("pointerdown", (event) => {
    const link = event.target.closest?.(`${LIST} [data-js-move]`);
    const isMouse = event.pointerType === "mouse" && !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    wasDragged = false;
    if (!link || !isMouse || !isDrawn()) return;
    const card = link.closest("li");
    const { jsMove: url, version, minutes, at } = link.dataset;
    held = {
      card, url, version,
      minutes: Number(minutes),
      from: timeIn(at),
      home: card.parentElement,
      grip: event.clientY - card.getBoundingClientRect().top,
      x: event.clientX,
      y: event.clientY,
    };
  });
  on("pointermove", hover);
  on("pointerup", (event) => {
    hover(event);
    drop();
    // The click that ends a drag follows at once, if at all; one by key (no detail) is another's.
    setTimeout(() => { wasDragged = false; });
  });
  on("pointercancel", cancel);
  on("keydown", (event) => {
    if (event.key !== "Escape" || !held?.ghost) return;
    event.preventDefault();
    cancel();
  });
  for (const name of ["dragstart", "selectstart"]) on(name, (event) => held && event.preventDefault());
  on("click", (event) => {
    if (!wasDragged || !event.detail) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  /* An empty or closed spot says why nothing is there. */
  on("click", ({ target, clientY }) => {
    const link = byId("cal-why");
    const list = target.closest?.(LIST);
    if (!link || !list || !isDrawn() || target.closest("a, button") || !getSelection().isCollapsed) return;
    const minute = Math.floor(minuteAt(list, clientY) / 15) * 15;
    const url = new URL(link.href);
    url.searchParams.set("day", dayOf(list));
    url.searchParams.set("at", clock(Math.min(Math.max(minute, span("from")), span("to") - 15)));
    htmx.ajax("GET", url.pathname + url.search, { target: "#dlg-body" });
  });

  /* Now. The page says what the calendar's own clock showed when it was made; from there this one counts on. */
  const local = () => new Date().getHours() * 60 + new Date().getMinutes();
  const shown = () => byId("calendar")?.querySelector(".now time")?.textContent ?? "";
  let ahead;
  const set = () => {
    if (!shown()) return;
    const off = timeIn(shown()) - local();
    // Zones differ by quarters; a minute more or less is the way from the server to here.
    const zones = Math.round(off / 15) * 15;
    ahead = Math.abs(off - zones) > 1 ? off : zones;
  };
  const refresh = () => htmx.trigger(document.body, "calendar:changed", { live: true });
  const tick = () => {
    if (document.hidden || !shown()) return;
    const text = clock((local() + ahead + 1440) % 1440);
    if (text === shown()) return;
    const minute = timeIn(text);
    for (const each of document.querySelectorAll("#calendar .now time, #calendar .now-at")) each.textContent = text;
    for (const each of document.querySelectorAll("#calendar .now, #calendar .now-at")) put(each, minute);
    for (const each of document.querySelectorAll("#calendar .times li:not(.now-at)")) {
      each.hidden = Math.abs(each.className.match(/\bh-(\d+)/)[1] * 60 - minute) <= 20;
    }
    const note = document.querySelector(".top-note");
    if (note) note.textContent = note.textContent.replace(/\d\d:\d\d$/, text);
    // Sessions begin and end, free times pass: as a rule on the quarter.
    if (minute % 15 === 0) refresh();
  };
  on("visibilitychange", () => {
    if (document.hidden) return;
    refresh();
    tick();
  });
  for (const name of ["htmx:afterSwap", "htmx:historyRestore"]) on(name, set);
  set();
  setInterval(tick, 5000);
}
