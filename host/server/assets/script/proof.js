// Checks a release in this browser, with what the browser brings along: hashes the package that the server hands out, and
// verifies the author's signature over the very text that the page shows. Nobody needs to take the server's word for it.

const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function signature({ key, canonical, signature: signed }) {
  if (!key) throw new Error("the key that signed it is not known here");
  const der = fromBase64(key.replace(/-----[A-Z ]+-----|\s/g, ""));
  const imported = await crypto.subtle.importKey("spki", der, { name: "Ed25519" }, false, ["verify"]);
  const good = await crypto.subtle.verify({ name: "Ed25519" }, imported, fromBase64(signed), new TextEncoder().encode(canonical));
  if (!good) throw new Error("the signature is not of this text by this key");
  return "Ed25519, by the key that is shown above";
}

async function digest({ package: address, packageSha256, canonical }) {
  if (JSON.parse(canonical).package_sha256 !== packageSha256) throw new Error("the signed text names another package");
  const response = await fetch(address);
  if (!response.ok) throw new Error(`the server does not hand out the package (status ${response.status})`);
  const has = hex(await crypto.subtle.digest("SHA-256", await response.arrayBuffer()));
  if (has !== packageSha256) throw new Error(`the package has the SHA-256 ${has}, and ${packageSha256} was signed`);
  return `SHA-256 ${has}`;
}

async function line(list, what, work) {
  const item = document.createElement("li");
  const [heading, how] = [document.createElement("strong"), document.createElement("p")];
  how.className = "small muted break";
  heading.textContent = what;
  how.textContent = "…";
  const words = document.createElement("div");
  words.append(heading, how);
  item.append(words);
  list.append(item);
  try {
    how.textContent = await work();
    item.className = "passed";
    heading.textContent = `✓ ${what}`;
  } catch (error) {
    item.className = "failed";
    heading.textContent = `✗ ${what}`;
    // What a browser says of a key type that it lacks is no word about the release.
    how.textContent = error.name === "NotSupportedError" ? "This browser cannot verify Ed25519; `marketplace verify` can." : `Not so: ${error.message}.`;
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-verify]");
  if (!button) return;
  const box = button.closest("[data-proof]");
  const list = box.querySelector("ul");
  list.replaceChildren();
  button.disabled = true;
  await line(list, "The signature, verified in this browser", () => signature(box.dataset));
  await line(list, "The package, hashed in this browser", () => digest(box.dataset));
  button.disabled = false;
});

function offer() {
  for (const box of document.querySelectorAll("[data-proof][hidden]")) {
    // Away from this machine, browsers offer their cryptography over HTTPS alone.
    if (globalThis.crypto?.subtle) box.hidden = false;
  }
}

new MutationObserver(offer).observe(document.body, { childList: true, subtree: true });
offer();
