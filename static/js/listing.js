// What the list of examples needs beside htmx, which stands before this in the same file (goodpractice/staticfiles.py):
// the address names only what is set, folds stay as the reader left them, and nobody loses the place or the new count.
{
  const count = () => document.getElementById("count");
  const announcement = () => document.getElementById("announcement");

  // Of a link that was swapped away nothing is left to stand on: the count is where its result begins.
  const hasLostFocus = () => !document.activeElement || document.activeElement === document.body;
  const focusCount = () => count()?.focus({ preventScroll: true });

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const empty = [...detail.formData].filter(([, value]) => value === "").map(([name]) => name);
    empty.forEach((name) => detail.formData.delete(name));
  });

  // Emptied with each request, so that the same count is told again after the next.
  document.addEventListener("htmx:beforeRequest", () => {
    if (announcement()) announcement().textContent = "";
  });

  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    for (const fold of detail.target.querySelectorAll("details[id][open]")) {
      const next = detail.fragment.querySelector(`#${CSS.escape(fold.id)}`);
      if (next) next.open = true;
    }
  });

  // Told once: a screen reader says what receives the focus, and else what changes here.
  document.addEventListener("htmx:afterSettle", ({ target }) => {
    if (target.id !== "results" || !count()) return;
    if (hasLostFocus()) focusCount();
    else if (announcement()) announcement().textContent = count().textContent;
  });

  document.addEventListener("htmx:historyRestore", () => {
    if (hasLostFocus()) focusCount();
  });
}
