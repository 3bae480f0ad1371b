// A figure in steps shows one at a time. Without this script, and in print, all
// steps stand one after the other.
for (const figure of document.querySelectorAll(".nb-stepped")) {
  const controls = figure.querySelector(".nb-controls");
  const steps = [...figure.querySelectorAll(".nb-steps > li")];
  const buttons = [...controls.querySelectorAll("[aria-pressed]")];
  const [back, next] = ["back", "next"].map((name) => controls.querySelector(`.nb-${name}`));
  const said = figure.querySelector(".nb-said");
  let at = 0;

  const show = (step) => {
    at = Math.min(Math.max(step, 0), steps.length - 1);
    figure.dataset.at = at + 1;
    steps.forEach((item, n) => item.classList.toggle("nb-at", n === at));
    buttons.forEach((button, n) => button.setAttribute("aria-pressed", n === at));
    // Not `disabled`, which would take the keyboard's place away from it.
    back.setAttribute("aria-disabled", at === 0);
    next.setAttribute("aria-disabled", at === steps.length - 1);
  };

  const go = (step) => {
    figure.dataset.moved = "";  // the first picture does not fade in
    show(step);
    said.textContent = buttons[at].dataset.said;
  };

  controls.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button === back) go(at - 1);
    else if (button === next) go(at + 1);
    else if (button) go(buttons.indexOf(button));
  });

  controls.addEventListener("keydown", (event) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: steps.length - 1 };
    if (!(event.key in to) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    go(to[event.key]);
    buttons[at].focus();
  });

  show(0);
  controls.hidden = false;
}
