// Copies a text that a page shows: `data-copy` on a button names the element, a field or anything with text in it.
// Without scripts, and where the browser does not let us, the text is selected by hand.

/** How long the button says what became of it, in milliseconds. */
const SAID = 2500;

const text = (element) => ("value" in element ? element.value : element.textContent);

function select(element) {
  if ("select" in element) {
    element.focus();
    element.select();
  } else {
    getSelection().selectAllChildren(element);
  }
}

function say(button, words) {
  button.dataset.words ??= button.textContent;
  // A live region of its own: what is in a button that has the focus is not read again.
  let region = button.nextElementSibling;
  if (!region?.hasAttribute("data-copied")) {
    region = document.createElement("span");
    region.className = "visually-hidden";
    region.setAttribute("role", "status");
    region.setAttribute("data-copied", "");
    button.after(region);
  }
  button.textContent = region.textContent = words;
  clearTimeout(Number(button.dataset.timer));
  button.dataset.timer = setTimeout(() => {
    button.textContent = button.dataset.words;
    region.textContent = "";
  }, SAID);
}

// A module runs once for each document, however often a page names it.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  const element = button && document.getElementById(button.dataset.copy);
  if (!element) return;
  try {
    await navigator.clipboard.writeText(text(element));
    say(button, "Copied");
  } catch {
    // No permission, or no secure connection: one key is left to press.
    select(element);
    say(button, "Selected: now copy it");
  }
});
