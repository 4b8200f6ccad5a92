// Follows long work as the server tells of it.
import { part, visit } from "./visit.js";

let followed = null;

function bytes(number) {
  const units = ["B", "KiB", "MiB", "GiB"];
  let unit = 0;
  while (number >= 1024 && unit < units.length - 1) [number, unit] = [number / 1024, unit + 1];
  return `${unit ? number.toFixed(1) : number} ${units[unit]}`;
}

function words({ bytes: done, bytes_total: total, entries }) {
  const parts = [];
  if (total) parts.push(`${bytes(done)} of ${bytes(total)}`);
  else if (done) parts.push(bytes(done));
  if (entries) parts.push(`${entries} ${entries === 1 ? "file" : "files"}`);
  return parts.join(" · ");
}

function step(panel, progress) {
  if (!progress) return;
  let reached = false;
  for (const stage of panel.querySelectorAll("[data-stage]")) {
    const current = stage.dataset.stage === progress.stage;
    stage.className = current ? "current" : reached ? "to-do" : "done";
    current ? stage.setAttribute("aria-current", "step") : stage.removeAttribute("aria-current");
    reached ||= current;
  }
  const bar = panel.querySelector("progress");
  if (progress.bytes_total) [bar.max, bar.value] = [progress.bytes_total, progress.bytes];
  else bar.removeAttribute("value");
  panel.querySelector("[data-words]").textContent = words(progress);
  panel.querySelector("button").disabled = progress.stage === "commit";
}

function follow(panel) {
  followed?.close();
  const events = (followed = new EventSource(panel.dataset.operation));
  events.addEventListener("progress", (event) => step(panel, JSON.parse(event.data).progress));
  events.addEventListener("end", async () => {
    events.close();
    if (!panel.isConnected) return;
    if (!part("gallery")) return location.reload();
    // The server says what came of it, also in the gallery behind.
    await visit(location.href, { how: "none", anew: true });
    const url = new URL(location.href);
    url.searchParams.delete("operation");
    history.replaceState({}, "", url);
  });
}

function look() {
  const panel = document.querySelector("[data-operation]");
  if (panel && !panel.dataset.followed) {
    panel.dataset.followed = "yes";
    follow(panel);
  }
}

new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
look();
