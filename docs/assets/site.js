// What the theme makes once the page is there. A copy button is no navigation of
// its own, and a table that scrolls is to be reached by keyboard.
const article = document.querySelector("article");
const mend = () => {
  for (const nav of article.querySelectorAll("nav.md-code__nav")) nav.setAttribute("role", "none");
  for (const box of article.querySelectorAll(".md-typeset__scrollwrap")) box.tabIndex = 0;
};
if (article) {
  new MutationObserver(mend).observe(article, { childList: true, subtree: true });
  mend();
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
