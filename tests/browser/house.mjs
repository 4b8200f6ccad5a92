// A marketplace to look at in a real browser: starts one, opens pages of it, and sees that nothing goes wrong on any.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PROGRAM = resolve(ROOT, process.env.MARKETPLACE_PROGRAM ?? "target/debug/marketplace");

/** Two cores, shared: the first start compiles five components. */
const PATIENCE = 180_000;

/** What Chromium does by itself is switched off: a test sees the requests of our pages, and no others. */
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

// --- The programs ---------------------------------------------------------------------

/** What this process started, and ends: nothing else. */
const started = new Set();
const folders = new Set();
let browser = null;

after(async () => {
  await (await browser)?.close();
  await Promise.all([...started].map(stop));
  await Promise.all([...folders].map((folder) => rm(folder, { recursive: true, force: true })));
});
process.on("exit", () => started.forEach((child) => child.kill("SIGKILL")));

/** Ends a program that `run` started, and waits until it has. */
async function stop(child) {
  if (!started.delete(child)) return;
  const ended = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
  await ended;
  clearTimeout(late);
}

/** The browser of this machine, whichever there is. */
export function browserPath() {
  if (process.env.MARKETPLACE_BROWSER) return process.env.MARKETPLACE_BROWSER;
  const places = (process.env.PATH ?? "").split(delimiter);
  for (const name of ["chromium", "google-chrome", "chromium-browser"]) {
    for (const place of places) {
      try {
        accessSync(join(place, name), constants.X_OK);
        return join(place, name);
      } catch {
        // Not there.
      }
    }
  }
  throw new Error("there is no browser here; `scripts/setup test` gets one");
}

/** One for all tests of a process: each has a context of its own in it. */
export const theBrowser = () => (browser ??= chromium.launch({ executablePath: browserPath(), args: FLAGS }));

/** A port that is free now. For what must know its own address before it starts. */
export async function freePort() {
  const server = createServer();
  await new Promise((done, failed) => server.once("error", failed).listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Runs the program to its end, and gives back what it printed. */
export async function command(...args) {
  const child = spawn(PROGRAM, args, { stdio: ["ignore", "pipe", "pipe"], env: quietly() });
  started.add(child);
  let [out, err] = ["", ""];
  child.stdout.on("data", (bytes) => (out += bytes));
  child.stderr.on("data", (bytes) => (err += bytes));
  const code = await new Promise((done, failed) => child.once("error", failed).once("close", done));
  started.delete(child);
  return { code, out, err };
}

/** Nothing that a person has set for their own marketplace is for this one. */
function quietly(more = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("MARKETPLACE_"));
  return { RUST_LOG: "warn", ...Object.fromEntries(kept), ...more };
}

/**
 * A marketplace with a catalogue, and tokens for everybody who takes part.
 *
 * args: more options of `marketplace demo`. env: more variables. port: if its address must be known before.
 */
export async function start({ args = [], env = {}, port = 0 } = {}) {
  const data = await mkdtemp(join(tmpdir(), "marketplace-browser-"));
  folders.add(data);
  const line = ["demo", "--listen", `127.0.0.1:${port}`, "--data", data, "--rate-limit", "unlimited", ...args];
  const child = spawn(PROGRAM, line, { stdio: ["ignore", "pipe", "pipe"], env: quietly(env) });
  started.add(child);
  let [out, log] = ["", ""];
  child.stderr.on("data", (bytes) => (log += bytes));
  const welcome = await new Promise((ready, failed) => {
    const late = setTimeout(() => failed(new Error(`${PROGRAM} is not ready:\n${out}${log}`)), PATIENCE);
    child.stdout.on("data", (bytes) => {
      out += bytes;
      if (!out.includes("Ctrl-C stops it.")) return;
      clearTimeout(late);
      ready(out);
    });
    child.once("error", (error) => failed(new Error(`${PROGRAM}: ${error.message}; build it with scripts/demo`)));
    child.once("exit", (code) => failed(new Error(`${PROGRAM} ended with ${code}:\n${out}${log}`)));
  });
  const url = /is open at (http:\/\/\S+)/.exec(welcome)[1];
  const tokens = Object.fromEntries([...welcome.matchAll(/^\s+(\w+)\s+(mkt_\w+)$/gm)].map(([, who, token]) => [who, token]));
  assert.deepEqual(Object.keys(tokens).sort(), ["install", "moderate", "operate", "publish"]);
  return new House({ url, tokens, data, child, log: () => log });
}

// --- The house ------------------------------------------------------------------------

class House {
  constructor({ url, tokens, data, child, log }) {
    Object.assign(this, { url, tokens, data, log });
    this.stop = () => stop(child);
  }

  /** A call, whatever comes of it. */
  async ask(method, path, body, token, headers = {}) {
    const form = body instanceof FormData || body instanceof URLSearchParams;
    const response = await fetch(new URL(path, this.url), {
      method,
      redirect: "manual",
      headers: { ...(token && { authorization: `Bearer ${token}` }), ...(body && !form && { "content-type": "application/json" }), ...headers },
      body: body && (form ? body : JSON.stringify(body)),
    });
    const text = await response.text();
    let json = null;
    try {
      json = JSON.parse(text);
    } catch {
      // A page.
    }
    return { status: response.status, headers: response.headers, text, json };
  }

  /** A call of the API that goes well; gives back its document. */
  async api(method, path, body, token) {
    const answer = await this.ask(method, path, body, token);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  /** Publishes a release of the demo's author, whose key the server holds, and approves it. */
  async publish(category, manifest, files) {
    const submitted = await this.submit(category, manifest, files);
    await this.api("POST", `/cp/api/v1/admin/marketplace/queue/${submitted.id}/approve`, { note: "It does what it says." }, this.tokens.moderate);
    return submitted;
  }

  /** Submits one, and leaves it to a moderator. */
  async submit(category, manifest, files) {
    const form = new FormData();
    const all = { kind: category, version: "1.0.0", author_id: "demo-studio", permissions: [], ...manifest };
    form.append("manifest", JSON.stringify(all));
    form.append("package", new Blob([archive(files)]), "package.tar.gz");
    return this.api("POST", `/api/v1/marketplace/${category}/items`, form, this.tokens.publish);
  }

  /** A token of a new person of any tenant. */
  async token(tenant, ...scopes) {
    const made = await this.api("POST", "/cp/api/v1/admin/marketplace/tokens", { tenant, label: `of ${tenant}`, scopes }, this.tokens.operate);
    return made.token;
  }

  /**
   * A page in a fresh context, which is closed after the test. The test fails if anything goes wrong on it: an error in
   * the console (so, whatever our policy forbids), a script that fails, a dialog, a request to anywhere else.
   *
   * statuses: of answers that are meant not to succeed; browsers write those to their console, too.
   * errors: what else is meant to be in the console.
   * also: addresses of other servers that belong to the test. worker: whether the service worker may do its work.
   * Without a test, nothing is looked for: for pictures, say.
   */
  async page(t, { width = 1440, height = 900, scheme = "light", scripts = true, statuses = [], errors = [], also = [], worker = true, scale = 1 } = {}) {
    const context = await (await theBrowser()).newContext({
      viewport: { width, height },
      deviceScaleFactor: scale,
      colorScheme: scheme,
      javaScriptEnabled: scripts,
      serviceWorkers: worker ? "allow" : "block",
      // Animations are for people. With them, what is measured depends on when.
      reducedMotion: "reduce",
    });
    const hosts = [this.url, ...also].map((address) => new URL(address).host);
    const wrong = [];
    const elsewhere = new Map();
    context.on("request", (request) => {
      const to = new URL(request.url());
      if (!/^https?:|^wss?:/.test(to.protocol) || hosts.includes(to.host)) return;
      const words = `a request to ${to.origin}${to.pathname}`;
      elsewhere.set(request, words);
      wrong.push(words);
    });
    context.on("requestfailed", (request) => {
      // Forbidden by our policy, it never left; that somebody tried is in the console.
      if (elsewhere.has(request) && request.failure()?.errorText === "csp") wrong.splice(wrong.indexOf(elsewhere.get(request)), 1);
    });
    context.on("console", (message) => {
      if (message.type() !== "error") return;
      const status = /the server responded with a status of (\d+)/.exec(message.text())?.[1];
      if (status && statuses.includes(Number(status))) return;
      if (errors.some((error) => error.test(message.text()))) return;
      wrong.push(`in the console: ${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => wrong.push(`a script failed: ${error.error().stack}`));
    context.on("dialog", (dialog) => {
      wrong.push(`a dialog says ${dialog.message()}`);
      dialog.dismiss().catch(() => {});
    });
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    of.set(page, { wrong, scripts });
    t?.after(async () => {
      await context.close();
      assert.deepEqual(wrong, [], "nothing goes wrong on the pages");
    });
    return page;
  }

  /** Goes to a path, and waits until everything is there. */
  async open(page, path) {
    const response = await page.goto(new URL(path, this.url).href);
    await quiet(page);
    return response;
  }

  /** Signs in as one of the demo's people, or with a token, through the form. */
  async signIn(page, who, next = "/marketplace") {
    await page.goto(`${this.url}/sign-in?next=${encodeURIComponent(next)}`);
    await fillToken(page, this.tokens[who] ?? who);
    await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
    await quiet(page);
  }
}

/** What is known of a page. */
const of = new WeakMap();

/** Fills in the form of the sign-in page, and sends it. */
export async function fillToken(page, token) {
  await page.getByLabel("Token", { exact: true }).fill(token);
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
}

/** Waits until a page is at rest, and sees that nothing went wrong on it so far. */
export async function quiet(page) {
  await page.waitForLoadState("load");
  if (of.get(page)?.scripts ?? true) {
    await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]') && document.getAnimations().every((one) => one.playState !== "running"));
  }
  assert.deepEqual(of.get(page)?.wrong ?? [], [], "nothing goes wrong on the page");
}

let source = null;

/**
 * Looks for barriers: nobody is kept out by what axe calls serious or critical. It is put in as the tools of a developer
 * are, which a page's policy has no say in; where scripts are off, it cannot be.
 */
export async function axe(page, where = page.url()) {
  if (of.get(page)?.scripts === false) return;
  await quiet(page);
  source ??= readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const tools = await page.context().newCDPSession(page);
  const evaluate = async (expression) => {
    const { result, exceptionDetails: failed } = await tools.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (failed) throw new Error(failed.exception?.description ?? failed.text);
    return result.value;
  };
  await evaluate(`${await source}; undefined`);
  const violations = await evaluate(`axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations.map(
    ({ id, impact, help, nodes }) => ({ id, impact, help, nodes: nodes.map(({ target, failureSummary }) => [target.join(" "), failureSummary]) })))`);
  await tools.detach();
  const barriers = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
  assert.deepEqual(barriers, [], `nobody is kept out of ${where}`);
}

// --- Packages -------------------------------------------------------------------------

/** A `.tar.gz` of files: `{"theme.css": "…"}`. */
export function archive(files) {
  const blocks = [];
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const header = Buffer.alloc(512);
    const octal = (number, at, width) => header.write(`${number.toString(8).padStart(width - 1, "0")}\0`, at, "ascii");
    header.write(name, 0, 100, "utf8");
    octal(0o644, 100, 8);
    octal(0, 108, 8);
    octal(0, 116, 8);
    octal(bytes.length, 124, 12);
    octal(0, 136, 12);
    header.fill(" ", 148, 156);
    header.write("0", 156, "ascii");
    header.write("ustar\x0000", 257, "latin1");
    const sum = header.reduce((sum, byte) => sum + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "ascii");
    blocks.push(header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512));
  }
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** The smallest theme that there is. */
export const theme = (accent = "#335577") => ({ "theme.css": `:root { color-scheme: light; --color-accent: ${accent}; --color-on-accent: #ffffff; }\n` });
