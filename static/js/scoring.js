// Ctrl+Enter (on a Mac Cmd+Enter) anywhere in the form of an assessment: hand in, and open the next one.
const form = document.getElementById("section-form");

form?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button[value=hand_in_next]"));
});
