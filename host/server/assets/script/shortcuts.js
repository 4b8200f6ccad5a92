// Keys for what is done often. An element says which key is its own (data-shortcut) and what that does
// (data-shortcut-name); pressing it is the same as pressing the element.
//
// data-shortcut-needs: a field that must be filled in before; while it is empty, the key leads there.
// data-shortcut-list: a list in which j and k go from link to link (data-shortcut-item).

document.documentElement.dataset.shortcuts = "on";
for (const one of document.querySelectorAll("[data-shortcut]")) one.setAttribute("aria-keyshortcuts", one.dataset.shortcut);

let sent = false;
/** The button that somebody is writing a note for. */
let meant = null;

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
const holder = (key) => [...document.querySelectorAll("[data-shortcut]")].find((one) => one.dataset.shortcut === key && !one.disabled);

function press(element) {
  const field = element.form?.elements[element.dataset.shortcutNeeds];
  if (field && !field.value.trim()) {
    meant = element;
    field.focus();
    field.scrollIntoView({ block: "center" });
    return;
  }
  element.click();
}

/** The next link of a list, or the one before. */
function move(step) {
  const links = [...document.querySelectorAll("[data-shortcut-list] [data-shortcut-item]")];
  if (!links.length) return false;
  const at = links.indexOf(document.activeElement);
  const to = at < 0 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1);
  links[to].focus();
  links[to].closest("li")?.scrollIntoView({ block: "nearest" });
  return true;
}

function help() {
  let dialog = document.querySelector("dialog.keys");
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.className = "keys";
    dialog.setAttribute("aria-labelledby", "keys-heading");
    document.querySelector("main").append(dialog);
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }
  const heading = Object.assign(document.createElement("h2"), { id: "keys-heading", textContent: "Keys" });
  const list = document.createElement("dl");
  const line = (key, words) => {
    const [term, meaning, shown] = ["dt", "dd", "kbd"].map((name) => document.createElement(name));
    shown.textContent = key;
    meaning.textContent = words;
    term.append(shown);
    list.append(term, meaning);
  };
  for (const one of document.querySelectorAll("[data-shortcut]")) line(one.dataset.shortcut, one.dataset.shortcutName);
  if (document.querySelector("[data-shortcut-list]")) {
    line("j", "The next of the list");
    line("k", "The one before");
    line("Enter", "Open it");
  }
  if (document.querySelector("[data-shortcut-needs]")) line("Ctrl Enter", "In the note, after r: reject");
  line("Esc", "Leave a field, or close this");
  line("?", "Show this");
  const form = document.createElement("form");
  form.method = "dialog";
  const button = Object.assign(document.createElement("button"), { className: "button", textContent: "Close" });
  form.append(button);
  dialog.replaceChildren(heading, list, form);
  dialog.showModal();
  button.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
  const field = typing(event.target);
  if (field && event.key === "Escape") {
    field.blur();
    return;
  }
  if (field && event.key === "Enter" && (event.ctrlKey || event.metaKey) && meant?.isConnected && !sent) {
    event.preventDefault();
    press(meant);
    return;
  }
  if (field || sent || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "?") {
    event.preventDefault();
    help();
    return;
  }
  const element = holder(event.key);
  if (element) {
    event.preventDefault();
    press(element);
  } else if ((event.key === "j" || event.key === "k") && move(event.key === "j" ? 1 : -1)) {
    event.preventDefault();
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-shortcuts-help]")) help();
});

// One decision for each page, however fast somebody presses.
document.addEventListener("submit", (event) => {
  if (event.target.querySelector("[data-shortcut]")) sent = true;
});
addEventListener("pageshow", () => (sent = false));
