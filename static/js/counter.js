// Says below each text with a limit how many characters are left. Seen at once, read out only when somebody pauses.
const PAUSE = 1000;
const form = document.getElementById("section-form");

/** Characters as people and the server count them: a line break is one, so is an emoji. */
const lengthOf = (text) => [...text.replaceAll("\r\n", "\n").trim()].length;

function words(left) {
  const { leftOne, left: leftMany, overOne, over } = form.dataset;
  const number = Math.abs(left);
  const [one, many] = left < 0 ? [overOne, over] : [leftOne, leftMany];
  return number === 1 ? one : many.replace("{n}", number);
}

function count(field) {
  const control = field.querySelector("input, textarea");
  const limit = Number(field.dataset.limit);
  const seen = Object.assign(document.createElement("p"), { className: "counter" });
  const read = Object.assign(document.createElement("p"), { className: "visually-hidden" });
  seen.setAttribute("aria-hidden", "true");
  read.setAttribute("role", "status");
  control.after(seen, read);
  field.querySelector(".help").hidden = true; // says the same; it still describes the field
  let timer;

  function show() {
    const left = limit - lengthOf(control.value);
    seen.textContent = words(left);
    seen.toggleAttribute("data-over", left < 0);
    return left;
  }

  control.addEventListener("input", () => {
    const left = show();
    clearTimeout(timer);
    timer = setTimeout(() => {
      read.textContent = left < limit / 10 ? words(left) : "";
    }, PAUSE);
  });
  control.addEventListener("change", show);
  show();
}

form.querySelectorAll("[data-limit]").forEach(count);
