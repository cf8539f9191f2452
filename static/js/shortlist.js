// Carries the shortlist from page to page of this tab. The list itself is an address: without this script each addition begins
// a new one, and the page of the list has a search of its own to add more.
{
  const KEY = "shortlist";
  const page = document.querySelector("[data-shortlist]");
  const split = (text) => text.split(" ").filter(Boolean);

  function recall() {
    try {
      return split(sessionStorage.getItem(KEY) ?? "");
    } catch {
      return []; // storage is switched off
    }
  }

  function remember(slugs) {
    try {
      sessionStorage.setItem(KEY, slugs.join(" "));
    } catch {
      // storage is switched off
    }
  }

  /** Puts the examples of the list before those that a link to it names already. */
  function complete(link) {
    const address = new URL(link.href);
    const own = address.searchParams.getAll("example");
    address.searchParams.delete("example");
    new Set([...recall(), ...own]).forEach((slug) => address.searchParams.append("example", slug));
    link.href = address;
  }

  if (page) {
    const shown = split(page.dataset.shortlist);
    const again = page.querySelector("[data-shortlist-again]");
    if (shown.length) remember(shown);
    else if (again && recall().length) {
      complete(again.querySelector("a"));
      again.hidden = false;
    }
  }

  document.addEventListener("click", ({ target }) => {
    const link = target.closest?.("a[data-shortlist-add], a[data-shortlist-clear]");
    if (link?.matches("[data-shortlist-add]")) complete(link);
    else if (link) remember([]);
  });

  let isForShortlist = false;

  document.addEventListener("submit", ({ target, submitter }) => {
    isForShortlist = target.id === "pick" && !submitter?.hasAttribute("formaction");
  });

  document.addEventListener("formdata", ({ formData }) => {
    if (!isForShortlist) return;
    const own = formData.getAll("example");
    formData.delete("example");
    new Set([...recall(), ...own]).forEach((slug) => formData.append("example", slug));
  });
}
