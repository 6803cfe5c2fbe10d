"use strict";

// Renders times in the reader's time zone, switches the person on selection and polls for messages.

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

// Keep unchanged messages, including the text typed into their fields.
const merge = (shown, fresh) => {
  const revision = (node) => node.dataset.revision;
  const kept = new Map([...shown.children].filter((n) => n.id).map((n) => [n.id, n]));
  const wanted = [...fresh.children].map((node) => {
    const old = kept.get(node.id);
    return old && revision(old) === revision(node) ? old : document.adoptNode(node);
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

const follow = async () => {
  if (document.hidden || document.querySelector(":popover-open")) return;
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 80;
  const before = messages.childElementCount;
  merge(messages, page.getElementById("messages"));
  if (atEnd && messages.childElementCount > before) scrollTo(0, document.documentElement.scrollHeight);
  const sidebar = document.querySelector(".sidebar ul");
  const counts = page.querySelector(".sidebar ul");
  if (!sidebar.contains(document.activeElement) && sidebar.innerHTML !== counts.innerHTML) {
    sidebar.replaceWith(document.adoptNode(counts));
  }
};

const keepFollowing = () =>
  setTimeout(() => follow().catch(() => {}).finally(keepFollowing), 1500);

localise(document);
if (!location.hash) scrollTo(0, document.documentElement.scrollHeight);
keepFollowing();

const chooser = document.getElementById("as");
chooser.form.querySelector("button").hidden = true;
chooser.addEventListener("change", () => chooser.form.requestSubmit());
