// Files that are dropped. An element with `data-drop` holds an `<input type="file">`, which works without this:
//
//   <div data-drop>              a dropped file is as if it was chosen
//   <div data-drop="send">       and its form is sent at once; who chooses a file sends it by the button
//   <input type="file" data-max="BYTES">   a larger file is refused before it is sent
//   <p data-drop-said role="status"></p>   says which file it is, or what is wrong with it
//
// While something is dragged over it, the element has the class `dropping`. Where a page has one such element, a file
// may be dropped anywhere: a browser would else leave the page to show it.

const zones = () => document.querySelectorAll("[data-drop]");
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files") ?? false;

function zoneOf(event) {
  const all = zones();
  return event.target.closest?.("[data-drop]") ?? (all.length === 1 ? all[0] : null);
}

function mark(zone) {
  for (const other of zones()) other.classList.toggle("dropping", other === zone);
}

function bytes(number) {
  const units = ["bytes", "KiB", "MiB", "GiB"];
  let unit = 0;
  while (number >= 1024 && unit < units.length - 1) [number, unit] = [number / 1024, unit + 1];
  return `${unit ? number.toFixed(1) : number} ${units[unit]}`;
}

function say(zone, words, isWrong = false) {
  const said = zone.querySelector("[data-drop-said]");
  if (!said) return;
  said.textContent = words;
  said.classList.toggle("wrong", isWrong);
}

document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event) || !zones().length) return;
  event.preventDefault();
  const zone = zoneOf(event);
  event.dataTransfer.dropEffect = zone ? "copy" : "none";
  mark(zone);
});

document.addEventListener("dragleave", (event) => {
  // Out of the window, not only out of one element into the next.
  if (!event.relatedTarget) mark(null);
});
addEventListener("dragend", () => mark(null));

document.addEventListener("drop", (event) => {
  if (!carriesFiles(event) || !zones().length) return;
  event.preventDefault();
  const zone = zoneOf(event);
  mark(null);
  const input = zone?.querySelector('input[type="file"]');
  if (!input || input.disabled) return;
  const dropped = [...event.dataTransfer.files];
  if (!dropped.length) return;
  const chosen = new DataTransfer();
  for (const file of input.multiple ? dropped : dropped.slice(0, 1)) chosen.items.add(file);
  input.files = chosen.files;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
  // Empty if it was refused.
  if (zone.dataset.drop === "send" && input.files.length) input.form?.requestSubmit();
});

document.addEventListener("change", (event) => {
  const input = event.target;
  const zone = input.matches?.('[data-drop] input[type="file"]') && input.closest("[data-drop]");
  if (!zone) return;
  const files = [...input.files];
  if (!files.length) return say(zone, "");
  const most = Number(input.dataset.max) || Infinity;
  const large = files.find((file) => file.size > most);
  if (large) {
    say(zone, `${large.name} has ${bytes(large.size)}, and ${bytes(most)} are the most. Choose another file.`, true);
    input.value = "";
    return;
  }
  say(zone, files.map((file) => `${file.name}, ${bytes(file.size)}`).join("; "));
});
