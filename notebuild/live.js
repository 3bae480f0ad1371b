// Only while the site is served: outputs that are being computed come into the
// open page, and a reload stays where the reader was.
document.documentElement.classList.add("nb-whole");  // all of the page is laid out
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
  setTimeout(ask, 250);  // sooner than a small site is built once more
};
ask();

// The reader's place is what is in sight: its first heading, paragraph or code
// that is there after the reload too, and alone of its kind.
const KEY = "notebuild.place";
const HEADER = 60;  // what the theme's header covers
const blocks = () => {
  const found = new Map();
  for (const block of document.querySelectorAll("article :is(h1, h2, h3, h4, p, li, pre)")) {
    const key = block.id ? `#${block.id}` : block.textContent.trim().slice(0, 300);
    found.set(key, found.has(key) ? null : block);  // twice: it tells no place
  }
  return [...found].filter(([, block]) => block).map(([key, block]) => {
    const { top, bottom } = block.getBoundingClientRect();
    return { key, top, bottom };
  });
};
addEventListener("beforeunload", () => {
  const all = blocks();
  const seen = all.filter(({ top, bottom }) => bottom > HEADER && top < innerHeight);
  const above = all.filter(({ bottom }) => bottom <= HEADER).slice(-20).reverse();
  sessionStorage.setItem(KEY, JSON.stringify({
    at: location.pathname, when: Date.now(), y: scrollY, blocks: [...seen, ...above] }));
});
addEventListener("load", () => {
  const place = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  sessionStorage.removeItem(KEY);
  if (!place || place.at !== location.pathname || Date.now() - place.when > 10000) return;
  if (performance.getEntriesByType("navigation")[0]?.type !== "reload") return;
  const now = new Map(blocks().map(({ key, top }) => [key, top]));
  const same = place.blocks.find(({ key }) => now.has(key));
  const y = same ? scrollY + now.get(same.key) - same.top : place.y;
  // After the browser's own idea of the place, which knows of no edits.
  requestAnimationFrame(() => scrollTo({ top: y, behavior: "instant" }));
});
