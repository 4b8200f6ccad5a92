// Search as you type, sorting at once, and more of a list below what is there.
import { part, visit } from "./visit.js";
import { lost } from "./reach.js";

/** How long after the last key a search begins, in milliseconds. */
const PAUSE = 160;
let waiting;

const address = (form) => {
  const url = new URL(form.action);
  // What nobody filled in says nothing, and needs no place in the address.
  for (const [name, value] of new FormData(form)) if (value !== "") url.searchParams.append(name, value);
  return url;
};

const live = (target) => target.form?.closest("form[data-live]");

document.addEventListener("input", (event) => {
  const form = event.target.type === "search" && live(event.target);
  if (!form) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => visit(address(form), { how: "replace", keep: "search" }), PAUSE);
});

document.addEventListener("change", (event) => {
  const form = event.target.name === "sort" && live(event.target);
  if (form) visit(address(form), { keep: "search" });
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-live]")) return;
  event.preventDefault();
  clearTimeout(waiting);
  visit(address(event.target), { keep: "search" });
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = document.querySelector("#q");
  if (!field || part("gallery")?.inert) return;
  event.preventDefault();
  field.focus();
  field.select();
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-more]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const nav = link.closest("nav.more");
  const list = nav.previousElementSibling;
  link.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(link.href, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    // The same list in the other page: by the part that it is in, or the only one.
    const scope = nav.closest("[data-part]")?.dataset.part;
    const other = scope ? part(scope, page) : page.querySelector("main");
    const more = other?.querySelector("[data-more-into]");
    if (!response.ok || !more) return location.assign(link.href);
    const first = more.firstElementChild;
    list.append(...more.children);
    const next = other.querySelector("nav.more");
    next ? nav.replaceWith(next) : nav.remove();
    first?.querySelector("a, button, [tabindex]")?.focus();
  } catch {
    link.removeAttribute("aria-busy");
    lost(() => link.click());
  }
});
