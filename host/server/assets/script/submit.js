// Dropping a package where one is chosen. A folder is packed here, as `marketplace pack` does: the file field then holds
// what the server receives, and the form is sent as it is without scripts.

/** A folder that is larger is packed by the command: here, all of it would be in memory. */
const MAX_FOLDER = 256 * 1024 * 1024;
/** What systems leave behind in folders. */
const LITTER = /^(\.DS_Store|Thumbs\.db|desktop\.ini|__MACOSX|\.git)$/;
const MANIFESTS = ["manifest.yaml", "manifest.yml", "manifest.json"];

const size = (bytes) => (bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1048576).toFixed(1)} MiB`);
const zone = () => document.querySelector("[data-drop]");
const say = (text) => {
  const words = document.querySelector("[data-drop-words]");
  if (words) words.textContent = text;
};

/** Puts files into a field, as if they had been chosen. */
function choose(field, ...files) {
  const chosen = new DataTransfer();
  for (const file of files) chosen.items.add(file);
  field.files = chosen.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

// --- A folder -------------------------------------------------------------------------

const read = (entry) => new Promise((done, failed) => entry.file(done, failed));

/** All files of a folder, by their paths in it. */
async function walk(folder, prefix = "", all = []) {
  const reader = folder.createReader();
  for (;;) {
    // A browser tells a hundred at a time, and nothing when there are no more.
    const entries = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!entries.length) return all;
    for (const entry of entries) {
      if (LITTER.test(entry.name)) continue;
      if (entry.isDirectory) await walk(entry, `${prefix}${entry.name}/`, all);
      else all.push({ path: prefix + entry.name, file: await read(entry) });
      if (all.reduce((sum, { file }) => sum + file.size, 0) > MAX_FOLDER) throw new Error("large");
    }
  }
}

const TABLE = Uint32Array.from({ length: 256 }, (_, number) => {
  for (let bit = 0; bit < 8; bit++) number = number & 1 ? 0xedb88320 ^ (number >>> 1) : number >>> 1;
  return number;
});
const sum = (bytes) => {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
};

/** A ZIP of files, none of them compressed. */
async function zip(files) {
  const [body, listing] = [[], []];
  let at = 0;
  for (const { path, file } of files) {
    const name = new TextEncoder().encode(path.normalize("NFC"));
    const bytes = new Uint8Array(await file.arrayBuffer());
    const common = new DataView(new ArrayBuffer(26));
    common.setUint16(0, 20, true); // the version that reads it
    common.setUint16(2, 0x0800, true); // the name is UTF-8
    common.setUint16(8, 0x21, true); // 1980-01-01: the same folder gives the same bytes
    common.setUint32(10, sum(bytes), true);
    common.setUint32(14, bytes.length, true);
    common.setUint32(18, bytes.length, true);
    common.setUint16(22, name.length, true);
    const local = new Uint8Array([0x50, 0x4b, 3, 4]);
    body.push(local, common.buffer, name, bytes);
    const rest = new DataView(new ArrayBuffer(14));
    rest.setUint32(10, at, true);
    listing.push(new Uint8Array([0x50, 0x4b, 1, 2, 20, 0]), common.buffer, rest.buffer, name);
    at += 30 + name.length + bytes.length;
  }
  const length = listing.reduce((sum, part) => sum + part.byteLength, 0);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, files.length, true);
  end.setUint16(10, files.length, true);
  end.setUint32(12, length, true);
  end.setUint32(16, at, true);
  return new Blob([...body, ...listing, end.buffer]);
}

/** A folder as an author has it: the package, or a manifest and a folder `package` beside it. */
async function take(folder, form) {
  say(`Packing ${folder.name}…`);
  let files;
  try {
    files = await walk(folder);
  } catch (error) {
    const large = `${folder.name} is larger than ${size(MAX_FOLDER)}. Pack it with “marketplace pack”, and drop the archive.`;
    return say(error.message === "large" ? large : `${folder.name} cannot be read. Pack it, and drop the archive.`);
  }
  const manifest = files.find(({ path }) => MANIFESTS.includes(path));
  const inner = manifest && files.filter(({ path }) => path.startsWith("package/"));
  if (inner?.length) files = inner.map(({ path, file }) => ({ path: path.slice("package/".length), file }));
  else files = files.filter((one) => one !== manifest);
  files.sort((one, other) => (one.path < other.path ? -1 : 1));
  const details = form.elements.manifest.closest("details");
  if (manifest) {
    choose(form.elements.manifest, manifest.file);
    details.open = true;
  }
  choose(form.elements.package, new File([await zip(files)], `${folder.name}.zip`, { type: "application/zip" }));
}

// --- The form -------------------------------------------------------------------------

document.addEventListener("dragover", (event) => {
  if (!zone() || !event.dataTransfer?.types.includes("Files")) return;
  // Whatever misses the zone would be opened in place of the page.
  event.preventDefault();
  zone().classList.toggle("over", Boolean(event.target.closest?.("[data-drop]")));
});

document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) zone()?.classList.remove("over");
});

document.addEventListener("drop", async (event) => {
  const form = zone()?.closest("form");
  if (!form) return;
  event.preventDefault();
  zone().classList.remove("over");
  const item = [...(event.dataTransfer?.items ?? [])].find(({ kind }) => kind === "file");
  const entry = item?.webkitGetAsEntry?.();
  if (entry?.isDirectory) return take(entry, form);
  const file = item?.getAsFile();
  if (file) choose(MANIFESTS.includes(file.name) ? form.elements.manifest : form.elements.package, file);
});

document.addEventListener("change", (event) => {
  if (event.target.id !== "package") return;
  const file = event.target.files[0];
  say(file ? `${file.name}, ${size(file.size)}` : invitation);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.hasAttribute("data-upload")) return;
  const state = form.querySelector("[data-upload-state]");
  if (state) state.textContent = "Sending it, and looking at what is in it…";
  // Sent twice, it would be received twice.
  for (const button of form.querySelectorAll('button[type="submit"]')) button.disabled = true;
});

// The page as the browser kept it, on the way back.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll("form[data-upload] button")) button.disabled = false;
  const state = document.querySelector("[data-upload-state]");
  if (state) state.textContent = "";
});

const invitation = "Drop a .tar.gz, a .zip or a folder here, or choose a file";
if (!document.querySelector("#package")?.files.length) say(invitation);
