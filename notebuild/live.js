// Only while the site is served: outputs that are being computed come into the
// open page, and a reload stays where the reader was.
const waiting = () => [...document.querySelectorAll("[data-waiting]")];

const ask = async () => {
  const places = waiting();
  if (!places.length) return;
  const page = places[0].dataset.page;
  const cells = places.map((place) => place.dataset.waiting);
  try {
    const query = new URLSearchParams({ page, cells: cells.join(",") });
    const state = await (await fetch(`/_notebuild/state?${query}`)).json();
    for (const place of places) {
      const found = state[place.dataset.waiting];
      if (!found) continue;
      if (found.html !== undefined) place.outerHTML = found.html;
      else if (place.textContent !== found.text) place.textContent = found.text;
    }
  } catch { /* the server is busy or gone: ask again */ }
  setTimeout(ask, 1000);
};
ask();

const KEY = "notebuild.place";
const headings = () => [...document.querySelectorAll("article [id]")].filter(
  (e) => e.getBoundingClientRect().height);
addEventListener("beforeunload", () => {
  const seen = headings().findLast((e) => e.getBoundingClientRect().top <= 80);
  sessionStorage.setItem(KEY, JSON.stringify({
    at: location.pathname, when: Date.now(), id: seen?.id,
    top: seen?.getBoundingClientRect().top ?? 0, y: scrollY }));
});
addEventListener("load", () => {
  const place = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  sessionStorage.removeItem(KEY);
  if (!place || place.at !== location.pathname || Date.now() - place.when > 10000) return;
  if (performance.getEntriesByType("navigation")[0]?.type !== "reload") return;
  const seen = place.id && document.getElementById(place.id);
  const y = seen ? scrollY + seen.getBoundingClientRect().top - place.top : place.y;
  scrollTo({ top: y, behavior: "instant" });
});
