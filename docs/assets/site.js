const article = document.querySelector("article");

// A block of code is copied as it is shown, and of a console what is typed there. The
// theme can make these buttons, but it measures every block on the way, for which a
// long page waits: so they are made here, and it looks at a block when that is seen
// (content.lazy in mkdocs.yml). The copying itself is left to it.
const { translations } = JSON.parse(document.getElementById("__config").textContent);
for (const code of document.querySelectorAll("article pre > code")) {
  if (code.closest(".no-copy")) continue;
  const typed = code.cloneNode(true);
  if (typed.querySelector(".gp")) {
    for (const shown of typed.querySelectorAll(".gp, .go")) {
      if (shown.matches(".go") && shown.nextSibling?.data === "\n") shown.nextSibling.remove();
      shown.remove();
    }
  }
  const box = document.createElement("div");
  const copy = document.createElement("button");
  box.className = "md-code__nav";
  Object.assign(copy, { type: "button", className: "md-code__button",
    title: translations["clipboard.copy"] });
  Object.assign(copy.dataset, { mdType: "copy",
    clipboardText: typed.textContent.replace(/^\n+|\s+$/g, "") });
  box.append(copy);
  code.before(box);
}

// A table that the theme lets scroll is to be reached by keyboard.
const reach = () => {
  for (const box of article.querySelectorAll(".md-typeset__scrollwrap")) box.tabIndex = 0;
};
if (article) {
  new MutationObserver(reach).observe(article, { childList: true, subtree: true });
  reach();
}

// Switching the language keeps the heading: both languages give a heading the
// same anchor. The theme moves the address while the reader scrolls without an
// event, so the link is completed at the moment it is reached for.
for (const type of ["pointerdown", "focusin", "click"]) {
  document.addEventListener(type, ({ target }) => {
    const link = target.closest?.("a.site-language");
    if (link) link.hash = location.hash;
  }, { capture: true });
}

// The theme opens its menu by a label, which no keyboard reaches: with a script it
// is a button. Who opens it is led into it, and who leaves it closes it.
const drawer = document.getElementById("__drawer");
const label = document.querySelector(".md-header label[for=__drawer]");
const sidebar = document.querySelector(".md-sidebar--primary");
if (drawer && label && sidebar) {
  const menu = document.createElement("button");
  menu.type = "button";
  menu.className = `${label.className} site-menu`;
  menu.ariaLabel = sidebar.querySelector("nav").ariaLabel;
  menu.append(...label.childNodes);
  label.replaceWith(menu);
  const tell = () => { menu.ariaExpanded = drawer.checked; };
  const close = () => { if (drawer.checked) drawer.click(); };
  menu.addEventListener("click", () => drawer.click());
  drawer.addEventListener("change", () => {
    tell();
    if (drawer.checked) sidebar.querySelector("a").focus();
  });
  sidebar.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !sidebar.contains(relatedTarget)) close();
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !drawer.checked) return;
    close();
    menu.focus();
  });
  tell();
}

// Who goes through the page by keyboard has all of it laid out, at the first Tab and
// before it moves: see content-visibility in site.css.
document.addEventListener("keydown", function whole({ key }) {
  if (key !== "Tab") return;
  document.documentElement.classList.add("nb-whole");
  for (const code of document.querySelectorAll("article pre > code")) {
    if (code.scrollWidth > code.clientWidth) code.tabIndex = 0;  // as the theme does
  }
  document.removeEventListener("keydown", whole, true);
}, true);
