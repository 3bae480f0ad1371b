// Switching the language keeps the heading: both languages give a heading the
// same anchor. The theme moves the address while the reader scrolls without an
// event, so the link is completed at the moment it is reached for.
for (const type of ["pointerdown", "focusin", "click"]) {
  document.addEventListener(type, ({ target }) => {
    const link = target.closest?.("a.site-language");
    if (link) link.hash = location.hash;
  }, { capture: true });
}
