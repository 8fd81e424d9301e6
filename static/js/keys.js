// What the keyboard does beyond Tab and Enter. Each key presses a link of the page; without this file they are pressed themselves.
{
  const byId = (id) => document.getElementById(id);
  const isPlain = (event) => !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing && !event.defaultPrevented;

  /* One press at a time: who presses J three times wants three weeks, though the link is another one after each. */
  let again;
  const press = (find) => {
    const control = find();
    if (control?.matches(".htmx-request")) again = find;
    else control?.click();
    return Boolean(control);
  };
  document.addEventListener("htmx:afterSettle", () => {
    const find = again;
    again = undefined;
    if (find) press(find);
  });

  /* Letters, by the place of the key: on a Greek keyboard T writes "τ". Signs by what they write: their places differ. */
  const view = (name) => () => byId(`view-${name}`) ?? document.querySelector(`.seg a[href*="view=${name}"]`);
  const KEYS = {
    KeyT: () => byId("cal-today"),
    KeyJ: () => byId("cal-next"),
    KeyK: () => byId("cal-previous"),
    KeyD: view("day"),
    KeyW: view("week"),
    KeyM: view("month"),
    KeyA: view("agenda"),
    KeyC: () => byId("cal-new"),
    KeyZ: () => [...document.querySelectorAll("[data-js-undo]")].at(-1)?.closest("button"),
    "?": () => byId("keys-open"),
  };
  const find = () => {
    const field = byId("q");
    if (field?.getClientRects().length) field.select();
    else if (field) location.assign(field.form.action);
    field?.focus();
    return Boolean(field);
  };
  const isOn = () => document.body.dataset.jsKeys !== undefined;
  document.addEventListener("keydown", (event) => {
    if (!isOn() || !isPlain(event) || event.repeat) return;
    if (document.querySelector("dialog[open]") || event.target.closest("input, textarea, select, [contenteditable], [popover]")) return;
    const key = event.key === "?" ? "?" : event.shiftKey ? "" : event.code;
    if (event.key === "/" ? find() : KEYS[key] && press(KEYS[key])) event.preventDefault();
  });
  const tell = () => {
    if (!isOn()) return;
    for (const [key, control] of Object.entries(KEYS)) control()?.setAttribute("aria-keyshortcuts", key.replace("Key", ""));
    byId("q")?.setAttribute("aria-keyshortcuts", "/");
  };

  /* Free times, sessions and holds are one tab stop: arrows walk between them, whatever is drawn where. */
  const grid = () => document.querySelector("#calendar .week, #calendar [data-js-grid]");
  const days = () => [...(grid()?.querySelectorAll(".day, td") ?? [])];
  const links = (day) => [...(day?.querySelectorAll("td a[href], .day-list a[href]") ?? [])].filter((link) => link.getClientRects().length);
  const dayOf = (link) => link.closest(".day, td");
  // Minutes of the day where it is drawn against the clock, else its number in the day.
  const timeOf = (link) => {
    const [, hour, minute] = link.closest("li")?.className.match(/\bh-(\d+)(?: m-(\d+))?/) ?? [];
    return hour ? hour * 60 + Number(minute ?? 0) : links(dayOf(link)).indexOf(link);
  };
  const nearest = (day, time) => {
    const off = (link) => Math.abs(timeOf(link) - time);
    return links(day).reduce((best, link) => (best && off(best) <= off(link) ? best : link), undefined);
  };

  let stop = {};
  const isLink = (target) => Boolean(grid()?.contains(target) && target.matches("td a[href], .day-list a[href]"));
  const settle = (chosen) => {
    const all = days();
    const every = all.flatMap(links);
    const same = every.find((link) => link.id && link.id === stop.id);
    const away = (day) => Math.abs(all.indexOf(day) - stop.column);
    const [column] = all.length === stop.days ? all.filter((day) => links(day).length).sort((one, other) => away(one) - away(other)) : [];
    const near = nearest(column, stop.time);
    const next = chosen ?? same ?? near ?? every.find((link) => link.closest(".free")) ?? every[0];
    for (const link of grid()?.querySelectorAll("td a[href], .day-list a[href]") ?? []) link.tabIndex = link === next ? 0 : -1;
    return next;
  };
  const remember = (link) => {
    const all = days();
    stop = { id: link.id, days: all.length, column: all.indexOf(dayOf(link)), time: timeOf(link) };
    settle(link);
  };
  // Left and right keep to the time they set out from, over days where nothing begins then.
  let course;
  let isWalking = false;
  const go = (link, time) => {
    isWalking = true;
    link.focus();
    isWalking = false;
    course = time;
  };
  document.addEventListener("focusin", ({ target }) => {
    if (!isLink(target)) return;
    if (!isWalking) course = undefined;
    remember(target);
  });

  const WALKS = {
    ArrowUp: (own, here) => own[here - 1],
    ArrowDown: (own, here) => own[here + 1],
    Home: (own) => own[0],
    End: (own) => own.at(-1),
  };
  const sideways = (day, by, time) => {
    const all = days().filter((each) => each === day || links(each).length);
    return nearest(all[all.indexOf(day) + by], time);
  };
  // In a month the lines of a day end where those of the same weekday, a week away, begin.
  const weekAway = (day, by) => {
    const row = by > 0 ? day.parentElement.nextElementSibling : day.parentElement.previousElementSibling;
    return links(row?.cells?.[day.cellIndex]).at(by > 0 ? 0 : -1);
  };
  document.addEventListener("keydown", (event) => {
    const link = event.target.closest?.("a");
    if (!link || event.shiftKey || !isPlain(event) || !isLink(link)) return;
    const day = dayOf(link);
    const own = links(day);
    const pages = { PageUp: KEYS.KeyK, PageDown: KEYS.KeyJ }[event.key];
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (pages) {
      if (press(pages)) event.preventDefault();
      return;
    }
    const level = event.key === "ArrowLeft" || event.key === "ArrowRight";
    const time = level ? (course ?? timeOf(link)) : undefined;
    const next = level ? sideways(day, by, time) : (WALKS[event.key]?.(own, own.indexOf(link)) ?? (by && weekAway(day, by)));
    if (!next) return;
    event.preventDefault();
    go(next, time);
  });

  /* After a swap the same place has the tab stop, and the focus if it had it. */
  let hadFocus = false;
  document.addEventListener("htmx:beforeSwap", ({ target }) => {
    if (target.id === "calendar") hadFocus = isLink(document.activeElement);
  });
  const renew = () => {
    const next = settle();
    if (hadFocus && document.activeElement === document.body) next?.focus();
    hadFocus = false;
    tell();
  };
  for (const name of ["htmx:afterSwap", "htmx:historyRestore"]) document.addEventListener(name, renew);
  // Another width shows other days.
  const look = () => { if (!grid()?.querySelector('a[tabindex="0"]')?.getClientRects().length) settle(); };
  for (const change of ["resize", "hashchange"]) window.addEventListener(change, look);
  renew();
}
