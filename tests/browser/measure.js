// What one would notice at once, as words: too wide, cut off, too small to press.
({ isPhone, isBig }) => {
  const root = document.documentElement;
  const problems = [];
  const name = (one) => one.outerHTML.replace(/\s+/g, " ").slice(0, 110);
  const isDrawn = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && one.getClientRects().length > 0;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(isDrawn);

  const isModal = Boolean(document.querySelector("dialog[open]"));
  const scope = isModal ? "dialog[open] " : "";

  // Wider than the window, unless something around it scrolls or is only heard.
  const scrolls = (one) => {
    for (let box = one.parentElement; box && box !== document.body; box = box.parentElement) {
      if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(box).overflowX)) return true;
    }
    return false;
  };
  const tooWide = () => {
    if (root.scrollWidth > innerWidth) problems.push("scrolls sideways");
    for (const one of all("main *, header *, footer *, dialog[open] *")) {
      const { right, left, width } = one.getBoundingClientRect();
      if (width > 1 && (right > innerWidth + 1 || left < -1) && !one.closest(".vh, .skip, svg") && !scrolls(one)) {
        problems.push(`beyond the edge: ${name(one)}`);
        break;
      }
    }
  };
  // Words that must be read whole.
  const LABELS = ".btn, .badge, .tag, .seg a, .tabs a, .nav a, .nav-more, legend, th, label";
  const cutOff = () => {
    for (const one of all(LABELS)) {
      const parts = [one, ...one.querySelectorAll("*")].filter((part) => part.clientWidth > 1 && !part.closest(".vh, svg"));
      const cut = parts.find((part) => getComputedStyle(part).display !== "inline" && part.scrollWidth > part.clientWidth + 1);
      if (cut) problems.push(`cut off, ${cut.scrollWidth} in ${cut.clientWidth}: ${name(cut)}`);
    }
  };
  const inSentence = (one) => {
    if (one.tagName !== "A" || getComputedStyle(one).display !== "inline") return false;
    const around = one.closest("p, li, dd, td, th, label, .hint, .muted");
    return Boolean(around) && around.textContent.trim().length > one.textContent.trim().length;
  };
  const PRESSED = ":is(a[href], button, input:not([type=hidden]), select, textarea, summary)";
  const tooSmall = () => {
    for (const one of all(scope + PRESSED)) {
      if (one.closest(".vh, .skip") || inSentence(one)) continue;
      const boxes = [one, ...(one.labels ?? [])].map((each) => each.getBoundingClientRect());
      const width = Math.max(...boxes.map((box) => box.width));
      const height = Math.max(...boxes.map((box) => box.height));
      if (width < 23.9 || height < 23.9) problems.push(`too small, ${width.toFixed()} × ${height.toFixed()}: ${name(one)}`);
    }
    if (!isPhone) return;
    for (const one of all(scope + ".btn.primary")) {
      const { height } = one.getBoundingClientRect();
      if (height < 43.9) problems.push(`primary too low, ${height.toFixed()}: ${name(one)}`);
    }
  };

  tooWide();
  cutOff();
  if (!isBig) tooSmall();
  return problems;
};
