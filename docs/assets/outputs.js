// A long output shows its first and last lines, until its control is used.
for (const button of document.querySelectorAll(".nb-fold")) {
  const output = button.closest(".nb-output");
  const fold = (folded) => {
    output.classList.toggle("nb-folded", folded);
    button.setAttribute("aria-expanded", !folded);
    button.textContent = button.dataset[folded ? "more" : "less"];
  };
  button.addEventListener("click", () => fold(!output.classList.contains("nb-folded")));
  button.hidden = false;
  fold(true);
}
