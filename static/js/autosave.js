// Saves a section of the form, or answers to the office, while somebody writes. What cannot be saved is kept in this browser and offered back.
//
// The version that the page has seen goes along, so that an old tab overwrites nothing. Files, and boxes that take
// something away, wait for the button.
const PAUSE = 2000;
const AGAIN = 15000;
const PATIENCE = 8000;
const WAITS_FOR_BUTTON = /^picture-clear$|-DELETE$/;
const NOT_TYPED = /^(version|whole)$|-row$|_FORMS$/;
const PREFIX = "goodpractice:kept:";
const KEPT_DAYS = 14;

const form = document.getElementById("section-form");
const state = form.querySelector("[data-save-state]");
const words = document.getElementById("autosave-words")?.dataset;
const key = PREFIX + form.dataset.copy;

let saved = snapshot();
let timer;
let running = null;
let isStopped = false; // another text is stored, or it is not our turn: only the button leads on

function entries() {
  return [...new FormData(form)].filter(
    ([name, value]) =>
      typeof value === "string" && name !== "csrfmiddlewaretoken" && !WAITS_FOR_BUTTON.test(name),
  );
}

function snapshot() {
  return JSON.stringify(entries().filter(([name]) => !NOT_TYPED.test(name)));
}

const isDirty = () => snapshot() !== saved;
const element = (tag, properties) => Object.assign(document.createElement(tag), properties);
const now = () =>
  new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

function say(text, { isUnsaved = false, link = null } = {}) {
  if (state.textContent === text) return;
  state.dataset.state = isUnsaved ? "unsaved" : "saved";
  state.replaceChildren(text);
  if (link) state.append(" ", link);
}

// The copy in this browser: by person, proposal and section -----------------------------------------------------------

/** Where the browser keeps nothing (it is full, or that is switched off), do without. */
function tried(action, otherwise) {
  try {
    return action();
  } catch {
    return otherwise;
  }
}

const keep = () =>
  tried(() => {
    localStorage.setItem(key, JSON.stringify({ entries: entries(), at: now(), since: Date.now() }));
    return true;
  }, false);
const kept = () => tried(() => JSON.parse(localStorage.getItem(key)), null);
const erase = () => tried(() => localStorage.removeItem(key));

function forgetOld() {
  for (const name of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
    const { since = 0 } = JSON.parse(localStorage.getItem(name));
    if (Date.now() - since > KEPT_DAYS * 86400000) localStorage.removeItem(name);
  }
}

// Saving --------------------------------------------------------------------------------------------------------------

function later(delay = PAUSE) {
  clearTimeout(timer);
  if (!isStopped) timer = setTimeout(save, delay);
}

function save({ isLeaving = false } = {}) {
  clearTimeout(timer);
  if (isStopped || running || !isDirty()) return running;
  const sent = snapshot();
  running = send(isLeaving)
    .then((response) => take(response, sent))
    .catch(unreached)
    .finally(() => {
      running = null;
    });
  return running;
}

function send(isLeaving) {
  const body = new URLSearchParams(entries());
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  // Browsers send at most 64 kB once the page was left; more goes the usual way.
  const keepalive = isLeaving && body.toString().length < 60000;
  return fetch(form.dataset.autosave, { method: "POST", body, keepalive });
}

async function take(response, sent) {
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  const answer = isJson ? await response.json() : {};
  if (response.ok || response.status === 422) return done(answer, sent);
  if (response.status === 409 && "version" in answer) return stale();
  keep();
  const isNew = answer.token && form.elements.csrfmiddlewaretoken.value !== answer.token;
  if (isNew) form.elements.csrfmiddlewaretoken.value = answer.token;
  if (answer.reason === "old_token" && isNew) return later(0);
  if (answer.reason === "signed_out" || answer.reason === "old_token") return signedOut();
  if ("reason" in answer) return gone();
  say(words.failed, { isUnsaved: true });
  return later(AGAIN);
}

function done(answer, sent) {
  form.elements.version.value = answer.version;
  for (const [list, numbers] of Object.entries(answer.rows))
    numbers.forEach((number, index) => {
      form.elements[`${list}-${index}-row`].value = number;
    });
  saved = sent;
  const errors = answer.errors.map((error) => error.message).join(" ");
  const text = errors ? words.partly : answer.waits ? words.waits : words.saved;
  say(text.replace("{time}", answer.saved_at).replace("{errors}", errors), { isUnsaved: Boolean(errors) });
  if (errors || answer.waits) keep();
  else erase();
  if (isDirty()) later();
}

function unreached() {
  say(keep() ? words.offline : words.full, { isUnsaved: true });
  later(AGAIN);
}

function signedOut() {
  const link = { href: form.dataset.signIn, target: "_blank", rel: "noopener", textContent: words.signIn };
  say(words.signedOut, { isUnsaved: true, link: element("a", link) });
}

function gone() {
  isStopped = true;
  say(words.gone, { isUnsaved: true });
}

/** Somebody else has saved: the button leads to the page with both texts, because our version is old. */
function stale() {
  isStopped = true;
  keep();
  const [name, value = ""] = (form.dataset.compare ?? "then=next").split("=");
  const button = { type: "submit", name, value, className: "button button--quiet" };
  say(words.stale, { isUnsaved: true, link: element("button", { ...button, textContent: words.choose }) });
}

/** Save before the button leads on: what it sends then is stored, or kept here. */
async function submit(event) {
  if (isStopped || (!running && !isDirty())) return;
  event.preventDefault();
  if (form.ariaBusy) return;
  form.ariaBusy = "true";
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  await Promise.race([Promise.resolve(running).then(() => save()), patience]);
  isStopped = true;
  form.ariaBusy = null;
  form.requestSubmit(event.submitter);
}

// Back after a reload or a sign-in ------------------------------------------------------------------------------------

function byName(list) {
  const found = new Map();
  for (const [name, value] of list)
    if (!NOT_TYPED.test(name)) found.set(name, [...(found.get(name) ?? []), value]);
  return found;
}

const controlsOf = (name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];

function titleOf(name) {
  const [control] = controlsOf(name);
  const group = control?.closest("fieldset")?.querySelector("legend")?.firstChild.textContent.trim();
  const label = /radio|checkbox/.test(control?.type) ? "" : control?.labels[0]?.firstChild.textContent.trim();
  return [group, label].filter(Boolean).join(": ") || name;
}

function inWords(name, values) {
  const chosen = controlsOf(name).filter((control) => /radio|checkbox/.test(control.type) && values.includes(control.value));
  return (chosen.length ? chosen.map((control) => control.labels[0].textContent.trim()) : values).join("\n") || "–";
}

function differences(copy) {
  const ours = byName(copy);
  const stored = byName(entries());
  return [...new Set([...ours.keys(), ...stored.keys()])]
    .map((name) => ({ name, ours: ours.get(name) ?? [], stored: stored.get(name) ?? [] }))
    .filter((one) => one.ours.join("\n") !== one.stored.join("\n"));
}

function offer() {
  const copy = kept();
  const found = copy ? differences(copy.entries) : [];
  if (!found.length) return erase();
  const section = document.getElementById("autosave-offer").content.cloneNode(true).firstElementChild;
  const when = section.querySelector("p");
  when.textContent = when.textContent.replace("{time}", copy.at);
  for (const one of found) {
    const part = document.getElementById("autosave-difference").content.cloneNode(true);
    one.line = part.firstElementChild;
    one.line.querySelector("dt").textContent = titleOf(one.name);
    one.line.querySelector("[data-kept]").textContent = inWords(one.name, one.ours);
    one.line.querySelector("[data-stored]").textContent = inWords(one.name, one.stored);
    section.querySelector("dl").append(part);
  }
  section.addEventListener("click", ({ target }) => {
    if ("use" in target.dataset) use(found, section);
    else if ("discard" in target.dataset) close(section);
  });
  form.before(section);
  return section.focus();
}

function use(found, section) {
  const fitting = found.filter(({ name }) => controlsOf(name).length);
  for (const { name, ours, line } of fitting) {
    fill(name, ours);
    line.remove();
  }
  save();
  if (fitting.length === found.length) {
    section.remove();
    form.querySelector("input:not([type=hidden]), textarea, select").focus();
  } else section.querySelector("[data-use]").remove(); // rows that are gone: to be copied by hand
}

function close(section) {
  erase();
  section.remove();
  document.getElementById("main").focus();
}

function fill(name, values) {
  for (const control of controlsOf(name)) {
    if (/radio|checkbox/.test(control.type)) control.checked = values.includes(control.value);
    else control.value = values[0] ?? "";
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

// When ----------------------------------------------------------------------------------------------------------------

function start() {
  state.setAttribute("role", "status");
  form.addEventListener("input", () => later());
  form.addEventListener("focusout", () => later(0));
  form.addEventListener("submit", submit);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save({ isLeaving: true });
    else later(0);
  });
  addEventListener("online", () => later(0));
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    isStopped = false; // the browser has kept the page as it was left, with its old version
    if (isDirty()) save();
    else location.reload();
  });
  tried(forgetOld);
  offer();
}

// A page that came in part has no end of the form: it must not count as emptied.
if (form.elements.whole && words) start();
