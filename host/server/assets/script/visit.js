// Goes to another address of the gallery without loading the page anew: fetches it, and puts what differs in the place of
// what is there. The server draws everything; nothing is put together here.
import { lost, found } from "./reach.js";

let turn = new AbortController();

/** The part of a page under this name. */
export const part = (name, of = document) => of.querySelector(`[data-part="${name}"]`);

/** Whether an address is drawn as gallery and drawer. */
const isGallery = (url) => url.origin === location.origin && /^\/marketplace(\/|$)/.test(url.pathname);

/**
 * Shows another address.
 *
 * how: "push" for a step that "back" undoes, "replace" for none, "none" if the address is there already.
 * keep: what must stay as it is; "search" is the field in which somebody types.
 * anew: whether the gallery is drawn again although its address is the same: something was done to what is in it.
 */
export async function visit(address, { how = "push", keep = null, anew = false, body = null, method = "GET" } = {}) {
  turn.abort();
  const mine = (turn = new AbortController());
  const results = part("results");
  results?.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, { method, body, signal: mine.signal, headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    // A parser that runs no scripts takes what is for those without for a part of the page: it would load the page anew.
    for (const without of page.querySelectorAll("noscript")) without.remove();
    found();
    const url = new URL(response.url);
    if (!isGallery(url) || (!part("gallery", page) && !part("problem", page))) {
      location.assign(response.url);
      return;
    }
    if (how === "push" && url.href !== location.href) history.pushState({}, "", url);
    if (how === "replace") history.replaceState({}, "", url);
    show(page, { keep, anew: anew || method !== "GET" });
  } catch (error) {
    if (error.name === "AbortError") return;
    results?.removeAttribute("aria-busy");
    lost(() => visit(address, { how, keep, anew, body, method }));
  }
}

/** Wears the theme of the other page, or none where it has none: a consent is never drawn with one. */
function dress(page) {
  const [old, next] = [document.getElementById("theme"), page.getElementById("theme")];
  if (old?.sheet && (!next || old.getAttribute("href") === next.getAttribute("href"))) {
    // Taken off, not away: it is there again at once.
    old.sheet.disabled = !next;
  } else if (next) {
    old?.remove();
    document.head.append(document.importNode(next));
  }
}

function show(page, { keep, anew }) {
  document.title = page.title;
  dress(page);
  const [old, next] = [part("gallery"), part("gallery", page)];
  if (!old || !next) {
    // A problem, or the way back from one.
    document.querySelector("main").replaceWith(page.querySelector("main"));
    document.querySelector("main").focus();
    return;
  }
  part("announcements").replaceChildren(...part("announcements", page).childNodes);
  drawer(page);
  if (keep === "search") {
    for (const name of ["sort", "tabs", "filters", "results"]) part(name).replaceWith(part(name, page));
  } else if (anew || old.dataset.address !== next.dataset.address) {
    const focused = old.contains(document.activeElement) && address(document.activeElement);
    old.replaceWith(next);
    if (focused) focusLink(focused);
  }
  part("results")?.removeAttribute("aria-busy");
  // Whoever closed the drawer goes on where they opened it.
  const gallery = part("gallery");
  gallery.inert = next.inert;
  if (!gallery.inert && opener) {
    focusLink(opener);
    opener = null;
  }
}

let opener = null;
const address = (link) => link.getAttribute?.("href");
const focusLink = (href) => document.querySelector(`a[href="${CSS.escape(href)}"]`)?.focus();

function drawer(page) {
  const [old, next] = [part("drawer"), part("drawer", page)];
  const [was, is] = [old.firstElementChild, next.firstElementChild];
  if (!was && !is) return;
  const place = document.activeElement;
  if (!was && part("gallery").contains(place)) opener = address(place);
  const inside = old.contains(place);
  old.replaceChildren(...next.childNodes);
  if (!is) return;
  if (!was) old.firstElementChild.classList.add("arriving");
  if (!was || inside) old.querySelector("#item-title")?.focus();
  old.querySelector(".notice, .progress")?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest?.("a[href]");
  if (!link || link.target || link.hasAttribute("data-more") || !part("gallery")) return;
  const url = new URL(link.href);
  if (!isGallery(url) || url.pathname.endsWith(".css") || link.closest(".dock")) return;
  event.preventDefault();
  visit(url);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.hasAttribute("data-act") || !part("gallery")) return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  visit(form.action, { method: "POST", body: fields });
});

addEventListener("popstate", () => (part("gallery") ? visit(location.href, { how: "none" }) : location.reload()));

addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const open = document.querySelector("details.menu[open], .drawer details.confirm[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
    return;
  }
  const close = document.querySelector("a.drawer-close[data-close]");
  if (close) {
    event.preventDefault();
    visit(close.href);
  }
});

// A menu that is left is closed.
document.addEventListener("focusin", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("pointerdown", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
