// A cell's program: the code of the cells that it needs, and its own, from the
// page itself, so that its comments are in the reader's language. The build says
// which cells; the tests run every program from a fresh process.
const bars = [...document.querySelectorAll(".nb-program")];
const WORDS = JSON.parse(bars[0]?.dataset.words ?? "{}");  // in the page's language

const source = (bar) => bar.previousElementSibling.querySelector("code")
  .textContent.replace(/^\n+|\n+$/g, "");

const cells = (bar) => bar.dataset.cells.split(" ").flatMap((part) => {
  const [first, last = first] = part.split("-").map(Number);
  return bars.slice(first, last + 1);
});

const place = (bar) => {
  const above = [...document.querySelectorAll("article :is(h1, h2, h3)[id]")].filter(
    (heading) => heading.compareDocumentPosition(bar) & Node.DOCUMENT_POSITION_FOLLOWING);
  return location.href.split("#")[0] + (above.length ? `#${above.at(-1).id}` : "");
};

const program = (bar) => [
  `# ${WORDS.from} ${place(bar)}`,
  `# ${WORDS.made} ${(bars[bar.dataset.like] ?? bar).dataset.versions}`,
  "",
  cells(bar).map(source).join("\n\n"),
  "",
].join("\n");

const button = (name, text, action) => {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: `nb-${name}`, textContent: text });
  made.addEventListener("click", action);
  return made;
};

const copy = async (bar, made) => {
  if (!navigator.clipboard) return preview(bar);  // no secure address: by hand
  await navigator.clipboard.writeText(program(bar));
  made.textContent = `${WORDS.done} ✓`;
  setTimeout(() => { made.textContent = WORDS.copy; }, 2000);
};

let dialog;
const preview = (bar) => {
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.className = "nb-preview md-typeset";
    dialog.setAttribute("aria-label", WORDS.title);
    document.body.append(dialog);
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  }
  const text = document.createElement("pre");
  const made = button("copy", WORDS.copy, () => copy(bar, made));
  made.setAttribute("aria-live", "polite");
  text.tabIndex = 0;
  text.append(Object.assign(document.createElement("code"), { textContent: program(bar) }));
  const head = document.createElement("p");
  head.append(Object.assign(document.createElement("strong"), { textContent: WORDS.title }),
    made, button("close", WORDS.close, () => dialog.close()));
  dialog.replaceChildren(head, text);
  dialog.showModal();
};

for (const bar of bars) {
  const made = button("copy", WORDS.copy, () => copy(bar, made));
  made.setAttribute("aria-live", "polite");
  bar.append(made, button("look", WORDS.look, () => preview(bar)));
}
