// A list under the pointer or the focus does not move: what live.js would read into it waits behind a bar.
{
  const byId = (id) => document.getElementById(id);
  const texts = (place) => [...place.querySelectorAll("[data-js-live-list] > *")].map((item) => item.textContent);
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target: part, detail } = event;
    const { xhr, requestConfig } = detail;
    const list = part.querySelector("[data-js-live-list]");
    if (!requestConfig.triggeringEvent?.detail?.live || !list) return;
    let bar = part.querySelector("#news");
    const isLooked = list.matches(":hover, :focus-within") || list.getBoundingClientRect().top < 0;
    if (!bar && !isLooked) return;
    detail.shouldSwap = false;
    const seen = texts(part);
    const now = texts(new DOMParser().parseFromString(xhr.responseText, "text/html"));
    const number = now.filter((text) => !seen.includes(text)).length || Math.abs(seen.length - now.length);
    if (!number) return;
    if (!bar) {
      bar = byId("news-t").content.firstElementChild.cloneNode(true);
      bar.addEventListener("click", () => window.htmx.trigger(document.body, requestConfig.triggeringEvent.type));
      list.before(bar);
    }
    const words = bar.querySelector("[data-js-news]");
    bar.dataset.words ??= words.textContent;
    words.textContent = byId("live").textContent = bar.dataset.words.replace("#", number);
  });
}
