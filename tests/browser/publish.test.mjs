// Submitting, moderating, and what authors are told: as people do it, with scripts and without.

import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { before, test } from "node:test";
import { archive, axe, quiet, start, theme } from "./house.mjs";

const SUBMIT = "/control-center/marketplace/submit";
const SUBMISSIONS = "/control-center/marketplace/submissions";
const MODERATION = "/control-center/marketplace/moderation";
const REVIEWS = "/control-center/marketplace/reviews";
const EXAMPLE = fileURLToPath(new URL("../../examples/packages/themes/harbour/package", import.meta.url));

/** Everything that an author, a reader or a moderator can write, and that must stay text. */
const HOSTILE = `"><img src=x onerror="window.owned=1"><script>window.owned=1</script>`;

let house;
before(async () => {
  house = await start();
});

/** The files of a folder, by their paths in it. */
async function folder(root) {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(await Promise.all(files.map(async (file) => [relative(root, file), await readFile(file)])));
}

/** Drops a package on the first page, and waits for what is found. */
async function drop(page, file, files, { category = "themes", address = SUBMIT } = {}) {
  await page.goto(house.url + address);
  if (address === SUBMIT) await page.locator(`input[name="category"][value="${category}"]`).check();
  if (files) {
    const package_ = { name: file, mimeType: "application/gzip", buffer: archive(files) };
    await page.getByLabel("Package file").setInputFiles(package_);
  }
  await page.getByRole("button", { name: "Look at it" }).click();
  await page.waitForURL(/\/submit\/[\w-]{20,}/);
  await quiet(page);
}

async function check(page) {
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Check again" }).click()]);
  await quiet(page);
}

/** Submits what is on the page, and waits for the submission. */
async function send(page, button = "Sign and submit") {
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.waitForURL(/\/submissions\/[0-9a-f-]{36}/);
  await quiet(page);
  return page.url().split("/").pop();
}

const notice = (page, text) => page.locator(".notice", { hasText: text }).first().waitFor();
const inTheWay = (page) => page.locator("#found .notice.danger .findings li");

/** Nothing that somebody wrote has become a part of the page. */
async function harmless(page) {
  assert.equal(await page.locator("img[onerror], main script:not([src])").count(), 0, page.url());
  assert.ok(await page.evaluate(() => !("owned" in window)), page.url());
}

// --- The journeys ---------------------------------------------------------------------

test("a theme is dropped, mended, signed, approved by keyboard, and in the gallery", async (t) => {
  const author = await house.page(t);
  await house.signIn(author, "publish", SUBMIT);
  await axe(author);
  assert.equal(await author.getByRole("heading", { level: 1 }).textContent(), "Submit");

  // A package that its category refuses: the finding names the rule, and where.
  await drop(author, "evening-1.2.0.tar.gz", { "theme.css": '@import url("https://elsewhere.example/x.css");\n' });
  assert.ok((await inTheWay(author).count()) > 0);
  await axe(author);

  // The same, mended at home: the name and the version follow from the file.
  await drop(author, "evening-1.2.0.tar.gz", await folder(EXAMPLE));
  assert.equal(await author.getByLabel("Name", { exact: true }).inputValue(), "evening");
  assert.equal(await author.getByLabel("Version", { exact: true }).inputValue(), "1.2.0");
  await author.getByText("It needs no permissions.").first().waitFor();
  await axe(author);

  // What is wrong in the form is told beside its field, and what was typed is kept.
  await author.getByLabel("Name", { exact: true }).fill("Not A Name");
  await author.getByLabel("Homepage").fill("elsewhere");
  await author.getByLabel("Summary").fill("A theme for the evening.");
  await check(author);
  assert.equal(await inTheWay(author).count(), 2);
  assert.equal(await author.getByLabel("Name", { exact: true }).getAttribute("aria-invalid"), "true");
  assert.equal(await author.getByLabel("Name", { exact: true }).inputValue(), "Not A Name");
  assert.equal(await author.getByLabel("Summary").inputValue(), "A theme for the evening.");
  await axe(author);
  await author.getByLabel("Name", { exact: true }).fill("evening");
  await author.getByLabel("Homepage").fill("https://example.org/");
  await author.getByLabel("Icon", { exact: true }).selectOption("icon.svg");
  const id = await send(author);
  await notice(author, "A moderator will look at it");
  await axe(author);
  const submission = await house.api("GET", `/api/v1/marketplace/submissions/${id}`, null, house.tokens.publish);
  assert.deepEqual([submission.slug, submission.version, submission.manifest.icon], ["evening", "1.2.0", "icon.svg"]);

  const moderator = await house.page(t);
  await house.signIn(moderator, "moderate", MODERATION);
  await axe(moderator);
  const link = moderator.getByRole("link", { name: "Evening 1.2.0" });
  for (let presses = 0; presses < 30; presses++) {
    await moderator.keyboard.press("j");
    if (await link.evaluate((one) => one === document.activeElement)) break;
  }
  await moderator.keyboard.press("Enter");
  await moderator.waitForURL(`**${MODERATION}/${id}`);
  await quiet(moderator);
  await axe(moderator);
  await moderator.keyboard.press("?");
  await moderator.getByRole("dialog", { name: "Keys" }).waitFor();
  await moderator.keyboard.press("Escape");
  // Whoever types is not deciding.
  await moderator.getByLabel("Note").focus();
  await moderator.keyboard.type("a fine one");
  await moderator.keyboard.press("Escape");
  await moderator.keyboard.press("a");
  await notice(moderator, "is approved");

  await moderator.goto(`${house.url}/marketplace/themes/evening`);
  await moderator.getByRole("heading", { name: "Evening" }).first().waitFor();
  await author.goto(`${house.url}${SUBMISSIONS}/${id}`);
  await notice(author, "It is approved");
  await author.getByText("a fine one").first().waitFor();
});

test("what is rejected says why, is mended, and is submitted again with the same package", async (t) => {
  const author = await house.page(t, { width: 360, height: 740 });
  await house.signIn(author, "publish", SUBMIT);
  await drop(author, "morning-2.0.0.tar.gz", theme());
  const id = await send(author);

  const moderator = await house.page(t, { statuses: [422] });
  await house.signIn(moderator, "moderate", `${MODERATION}/${id}`);
  // Without a note, nothing is decided; with scripts, the key leads to the note.
  await moderator.getByRole("button", { name: "Reject" }).click();
  await moderator.getByText("A rejection needs a note", { exact: false }).first().waitFor();
  await axe(moderator);
  await moderator.locator("h1").click();
  await moderator.keyboard.press("r");
  assert.ok(await moderator.getByLabel("Note").evaluate((one) => one === document.activeElement));
  await moderator.keyboard.type("Say in the summary what it is.");
  await moderator.keyboard.press("Control+Enter");
  await notice(moderator, "is rejected");

  await author.goto(house.url + SUBMISSIONS);
  await quiet(author);
  await axe(author);
  await author.getByText("Say in the summary what it is.").first().waitFor();
  await author.getByRole("link", { name: "Morning 2.0.0" }).click();
  await author.getByRole("link", { name: "Fix and submit again" }).click();
  await quiet(author);
  await author.getByText("Choose none to send the package of", { exact: false }).waitFor();
  await drop(author, "", null, { address: `${SUBMIT}?from=${id}` });
  assert.equal(await author.getByLabel("Version", { exact: true }).inputValue(), "2.0.0");
  await author.getByLabel("Summary").fill("A theme for the morning.");
  const again = await send(author);
  assert.notEqual(again, id);
  const [one, other] = await Promise.all(
    [id, again].map((one) => house.api("GET", `/api/v1/marketplace/submissions/${one}`, null, house.tokens.publish)),
  );
  assert.deepEqual([one.moderation_status, other.moderation_status], ["rejected", "pending"]);
  assert.equal(one.package_sha256, other.package_sha256);
  assert.ok(await author.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is wider than the screen");
});

test("the same without scripts", async (t) => {
  const author = await house.page(t, { scripts: false });
  await house.signIn(author, "publish", SUBMIT);
  await drop(author, "noon-1.0.0.tar.gz", theme("#223344"));
  await author.getByLabel("Version", { exact: true }).fill("one");
  await check(author);
  assert.equal(await inTheWay(author).count(), 1);
  await author.getByLabel("Version", { exact: true }).fill("1.0.0");
  const id = await send(author);

  const moderator = await house.page(t, { scripts: false });
  await house.signIn(moderator, "moderate", `${MODERATION}/${id}`);
  assert.equal(await moderator.locator("kbd.shortcut:visible").count(), 0, "no keys are promised");
  await moderator.getByLabel("Note").fill("Another name, please.");
  await moderator.getByRole("button", { name: "Reject" }).click();
  await notice(moderator, "is rejected");

  await author.goto(`${house.url}${SUBMISSIONS}/${id}`);
  await author.getByText("Another name, please.").first().waitFor();
  await author.getByRole("link", { name: "Fix and submit again" }).click();
  await author.getByRole("button", { name: "Look at it" }).click();
  await author.waitForURL(/\/submit\/[\w-]{20,}/);
  const again = await send(author);
  await moderator.goto(`${house.url}${MODERATION}/${again}`);
  await moderator.getByRole("button", { name: "Approve" }).click();
  await notice(moderator, "is approved");

  // Taking it back, with a reason.
  await author.goto(`${house.url}${SUBMISSIONS}/${again}`);
  await author.getByText("Take it back…").click();
  await author.getByLabel("Reason").fill("It was too bright.");
  await author.getByRole("button", { name: "Take it back", exact: true }).click();
  await notice(author, "It was too bright.");
  await author.getByRole("button", { name: "Offer it again" }).click();
  await notice(author, "It is offered again.");
});

test("an author who holds the key signs at home", async (t) => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const operator = house.tokens.operate;
  const pem = publicKey.export({ type: "spki", format: "pem" });
  await house.api("POST", "/cp/api/v1/admin/marketplace/authors", { tenant: "atelier", id: "grace", public_key: pem }, operator);
  await house.api("POST", "/cp/api/v1/admin/marketplace/tenants/atelier/license/issue", { tier: "pro" }, operator);
  const page = await house.page(t, { statuses: [422, 404] });
  await house.signIn(page, await house.token("atelier", "publish"), SUBMIT);
  await drop(page, "dusk-0.3.0.tar.gz", theme("#443355"));
  await axe(page);

  await page.getByLabel("Signature", { exact: true }).fill("nonsense");
  await page.getByRole("button", { name: "Submit", exact: true }).click();
  await page.getByText("This is no signature", { exact: false }).first().waitFor();
  assert.equal(await page.getByLabel("Signature", { exact: true }).inputValue(), "nonsense");

  const here = new URL(page.url()).pathname.replace(/\/sign$/, "");
  const canonical = await page.evaluate(async (address) => (await fetch(address)).text(), `${here}/canonical.json`);
  assert.equal(JSON.parse(canonical).author_id, "grace");
  const manifest = await page.evaluate(async (address) => (await fetch(address)).text(), `${here}/manifest.yaml`);
  assert.match(manifest, /^package_sha256: [0-9a-f]{64}$/m);
  const signature = sign(null, Buffer.from(canonical), privateKey).toString("base64");
  await page.getByLabel("Signature", { exact: true }).fill(`manifest_signature: ${signature}`);
  await send(page, "Submit");
  await notice(page, "A moderator will look at it");

  // Another tenant's draft is not there, and neither is one that was submitted.
  await page.goto(house.url + here);
  await page.getByRole("heading", { name: "The package is not here any more" }).waitFor();
});

test("a draft is its tenant's alone", async (t) => {
  const author = await house.page(t);
  await house.signIn(author, "publish", SUBMIT);
  await drop(author, "secret-1.0.0.tar.gz", theme("#010203"));
  const address = new URL(author.url()).pathname;
  const other = await house.page(t, { statuses: [404] });
  await house.signIn(other, await house.token("others", "publish", "moderate"), "/control-center");
  for (const path of [address, `${address}/manifest.yaml`, `${address}/canonical.json`]) {
    const response = await other.goto(house.url + path);
    assert.equal(response.status(), 404, path);
    assert.ok(!(await other.content()).includes("secret"), path);
  }
});

test("a free license says why nothing can be submitted", async (t) => {
  const page = await house.page(t, { width: 360, height: 740, scheme: "dark" });
  await house.signIn(page, await house.token("poor", "publish", "install"), SUBMIT);
  await page.getByRole("heading", { name: "Your license does not include publishing" }).waitFor();
  await page.getByText("marketplace_publish").waitFor();
  await axe(page);
});

test("what strangers write is text wherever it is shown", async (t) => {
  const author = await house.page(t, { statuses: [422] });
  await house.signIn(author, "publish", SUBMIT);
  await drop(author, `${HOSTILE.replaceAll("/", "")}.tar.gz`, theme("#102030"));
  await harmless(author);
  await author.getByLabel("Name", { exact: true }).fill(HOSTILE.slice(0, 60));
  for (const label of ["Homepage", "Source", "License"]) await author.getByLabel(label, { exact: true }).fill(HOSTILE);
  for (const label of ["Title", "Summary"]) await author.getByLabel(label, { exact: true }).fill(HOSTILE.slice(0, 100));
  for (const label of ["Description", "What is new"]) await author.getByLabel(label, { exact: true }).fill(`# ${HOSTILE}\n\n[x](javascript:alert(1))`);
  await author.getByLabel("Keywords").fill("<b>bold</b>, <script>");
  await check(author);
  assert.ok((await inTheWay(author).count()) >= 3);
  await harmless(author);
  // As far as a manifest may say it.
  await author.getByLabel("Name", { exact: true }).fill("hostile");
  await author.getByLabel("Version", { exact: true }).fill("1.0.0");
  for (const label of ["Homepage", "Source", "License"]) await author.getByLabel(label, { exact: true }).fill("");
  await author.getByText("Declare others").click();
  await author.getByLabel("Other permissions").fill(HOSTILE);
  await check(author);
  await harmless(author);
  await author.locator('input[name="permission"]').uncheck();
  const id = await send(author);
  await harmless(author);
  await author.goto(house.url + SUBMISSIONS);
  await harmless(author);

  const moderator = await house.page(t, { statuses: [422] });
  await house.signIn(moderator, "moderate", MODERATION);
  await harmless(moderator);
  await moderator.goto(`${house.url}${MODERATION}/${id}`);
  await harmless(moderator);
  assert.equal(await moderator.locator('.prose a[href^="javascript"]').count(), 0);
  await moderator.getByLabel("Note").fill(HOSTILE);
  await moderator.getByRole("button", { name: "Reject" }).click();
  await notice(moderator, "is rejected");
  await harmless(moderator);
  await moderator.goto(`${house.url}${MODERATION}?status=rejected`);
  await harmless(moderator);
  await author.goto(`${house.url}${SUBMISSIONS}/${id}`);
  await author.getByText(HOSTILE).first().waitFor();
  await harmless(author);
});

test("a moderator saves the package, and decides on what was shown only", async (t) => {
  const submitted = await house.submit("themes", { name: "guarded" }, theme("#203040"));
  const moderator = await house.page(t, { statuses: [409] });
  await house.signIn(moderator, "moderate", `${MODERATION}/${submitted.id}`);
  const download = moderator.waitForEvent("download");
  await moderator.getByRole("link", { name: "Download the package" }).click();
  assert.equal((await download).suggestedFilename(), "guarded-1.0.0.tar.gz");

  // Somebody else flags it meanwhile.
  const queue = `/cp/api/v1/admin/marketplace/queue/${submitted.id}`;
  await house.api("POST", `${queue}/flag`, { note: "look closer" }, house.tokens.moderate);
  await moderator.getByRole("button", { name: "Approve" }).click();
  await moderator.getByText("flagged already", { exact: false }).first().waitFor();
  const after = await house.api("GET", queue, null, house.tokens.moderate);
  assert.equal(after.moderation_status, "flagged");
  await axe(moderator);
});

test("a reported review is removed and restored, with reasons", async (t) => {
  await house.publish("themes", { name: "reviewed" }, theme("#304050"));
  const reader = house.tokens.install;
  const item = "/api/v1/marketplace/themes/items/reviewed";
  await house.api("POST", `${item}/install`, {}, reader);
  const review = await house.api("POST", `${item}/reviews`, { rating: 1, title: HOSTILE.slice(0, 90), body: HOSTILE }, reader);
  const other = await house.token("neighbours", "install");
  await house.api("POST", `${item}/reviews/${review.id}/report`, { reason: HOSTILE }, other);

  const moderator = await house.page(t);
  await house.signIn(moderator, "moderate", REVIEWS);
  await harmless(moderator);
  await axe(moderator);
  const reported = moderator.locator("article", { hasText: "themes/reviewed" });
  await reported.getByLabel("Reason").fill("It is no review.");
  await reported.getByRole("button", { name: "Remove the review" }).click();
  await notice(moderator, "The review is removed");
  await moderator.getByRole("link", { name: "Removed" }).click();
  await harmless(moderator);
  const removed = moderator.locator("article", { hasText: "themes/reviewed" });
  await removed.getByText("It is no review.").waitFor();
  await removed.getByLabel("Reason").fill("It was one.");
  await removed.getByRole("button", { name: "Restore it" }).click();
  await notice(moderator, "The review is public again");
});
