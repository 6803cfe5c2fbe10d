"use strict";

// Renders times in the reader's time zone, switches the person on selection, polls for messages,
// and presses buttons without losing the place on the page.

const part = (options) => (date) => new Intl.DateTimeFormat(undefined, options).format(date);

const dayDistance = (date) => {
  const midnight = (of) => new Date(of.getFullYear(), of.getMonth(), of.getDate());
  return Math.round((midnight(date) - midnight(new Date())) / 86_400_000);
};

const nearOr = (format) => (date) =>
  ({ "-1": "yesterday", 0: "today", 1: "tomorrow" })[dayDistance(date)] ?? format(date);

const long = { weekday: "long", year: "numeric", month: "long", day: "numeric" };
const medium = { year: "numeric", month: "long", day: "numeric" };
const short = { year: "numeric", month: "short", day: "numeric" };
const numeric = { year: "numeric", month: "2-digit", day: "2-digit" };

const tokens = {
  date_num: part(numeric),
  date: part(medium),
  date_short: part(short),
  date_long: part(long),
  date_pretty: nearOr(part(medium)),
  date_short_pretty: nearOr(part(short)),
  date_long_pretty: nearOr(part(long)),
  time: part({ hour: "numeric", minute: "2-digit" }),
  time_secs: part({ hour: "numeric", minute: "2-digit", second: "2-digit" }),
};

const localise = (root) => {
  for (const time of root.querySelectorAll("time[data-format]")) {
    const date = new Date(time.dateTime);
    const shown = time.dataset.format.replace(/\{(\w+)\}/g, (whole, token) =>
      token in tokens ? tokens[token](date) : whole,
    );
    time.title = part({ dateStyle: "full", timeStyle: "long" })(date);
    time.textContent = shown.charAt(0).toUpperCase() + shown.slice(1);
  }
};

const fields = (node) => [...node.querySelectorAll("input:not([type=hidden]), textarea, select")];

// Keep what was typed into a message that has changed, and the focus.
const keepTyped = (old, fresh) => {
  const before = new Map(fields(old).map((field) => [`${field.name} ${field.type === "radio" ? field.value : ""}`, field]));
  for (const field of fields(fresh)) {
    const same = before.get(`${field.name} ${field.type === "radio" ? field.value : ""}`);
    if (!same) continue;
    if (field.type === "radio") field.checked = same.checked;
    else field.value = same.value;
  }
};

// Keep unchanged messages, including the text typed into their fields.
const merge = (shown, fresh) => {
  const revision = (node) => node.dataset.revision;
  const kept = new Map([...shown.children].filter((n) => n.id).map((n) => [n.id, n]));
  const wanted = [...fresh.children].map((node) => {
    const old = kept.get(node.id);
    if (old && revision(old) === revision(node)) return old;
    if (old) keepTyped(old, node);
    return document.adoptNode(node);
  });
  const same = wanted.length === shown.children.length && wanted.every((n) => n.isConnected);
  if (same) return;
  for (const child of [...shown.children]) if (!wanted.includes(child)) child.remove();
  wanted.forEach((node, index) => {
    if (shown.children[index] !== node) shown.insertBefore(node, shown.children[index] ?? null);
  });
  localise(shown);
};

const messages = document.getElementById("messages");

let pressing = false;

const show = async (response) => {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  merge(messages, page.getElementById("messages"));
  const sidebar = document.querySelector(".sidebar ul");
  const counts = page.querySelector(".sidebar ul");
  if (!sidebar.contains(document.activeElement) && sidebar.innerHTML !== counts.innerHTML) {
    sidebar.replaceWith(document.adoptNode(counts));
  }
};

const follow = async () => {
  if (document.hidden || pressing || document.querySelector(":popover-open")) return;
  const response = await fetch(location.href);
  if (!response.ok || pressing) return;
  const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 80;
  const before = messages.childElementCount;
  await show(response);
  if (atEnd && messages.childElementCount > before) scrollTo(0, document.documentElement.scrollHeight);
};

const press = async (form, button) => {
  const id = form.closest("article").id;
  const known = new Set(messages.querySelectorAll(".note"));
  const body = new URLSearchParams(new FormData(form, button));
  const response = await fetch(form.action, { method: "POST", body });
  if (!response.ok) throw new Error((await response.json()).error);
  await show(response);
  const article = document.getElementById(id);
  const note = [...messages.querySelectorAll(".note")].find((node) => !known.has(node));
  (note ?? article?.querySelector(".notice"))?.scrollIntoView({ block: "nearest" });
  // The focused button may have been removed.
  if (document.activeElement === document.body && article) {
    article.tabIndex = -1;
    article.focus({ preventScroll: true });
  }
};

const complain = (form, error) => {
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.role = "alert";
  notice.textContent =
    error instanceof TypeError ? "The local stack cannot be reached. Is it still running?" : error.message;
  form.parentElement.querySelector(".notice")?.remove();
  form.after(notice);
  notice.scrollIntoView({ block: "nearest" });
};

messages.addEventListener("submit", (event) => {
  event.preventDefault();
  if (pressing) return;
  pressing = true;
  const { target: form, submitter: button } = event;
  button?.closest("[popover]")?.hidePopover();
  press(form, button)
    .catch((error) => complain(form, error))
    .finally(() => { pressing = false; });
});

const keepFollowing = () =>
  setTimeout(() => follow().catch(() => {}).finally(keepFollowing), 1500);

localise(document);
if (!location.hash) scrollTo(0, document.documentElement.scrollHeight);
keepFollowing();

const chooser = document.getElementById("as");
chooser.form.querySelector("button").hidden = true;
chooser.addEventListener("change", () => chooser.form.requestSubmit());
