// Says when the server cannot be reached, and when it can again.

let bar = null;
let again = null;

/** The server did not answer; `retry` is what to do when it may. */
export function lost(retry) {
  again = retry;
  if (bar) return;
  bar = document.createElement("div");
  bar.className = "notice warning";
  bar.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.textContent = navigator.onLine
    ? "The server does not answer. What you see may be old; nothing of what you did is lost that was said to be done."
    : "This device is offline. What you see may be old.";
  const button = document.createElement("button");
  button.className = "button";
  button.type = "button";
  button.textContent = "Try again";
  button.addEventListener("click", () => again?.());
  bar.append(words, button);
  document.querySelector("#announcements")?.prepend(bar);
}

/** The server answered. */
export function found() {
  bar?.remove();
  [bar, again] = [null, null];
}

addEventListener("offline", () => lost(() => location.reload()));
addEventListener("online", () => again?.());

// Where the browser allows it, a page of ours also for who opens one while the server cannot be reached.
navigator.serviceWorker?.register("/worker.js").catch(() => {});
