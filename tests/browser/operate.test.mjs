// What operators, authors and installers look after, as they do it: with scripts and without.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { axe, quiet, start } from "./house.mjs";

const house = await start();

/** The component of a category that the marketplace was not built for. */
const WALLPAPERS = process.env.MARKETPLACE_WALLPAPERS;
const DESCRIPTION = "Pictures for the desktop: one, or several that take turns.";

const CATEGORIES = "/control-center/marketplace/categories";
const BLOCKS = "/control-center/marketplace/blocks";
const TOKENS = "/control-center/tokens";
const AUDIT = "/control-center/audit";

/** What is refused on purpose; browsers write it to their console. */
const REFUSED = [400, 403, 409, 413, 422];

const go = (page, path) => page.goto(house.url + path);
const path = (page) => new URL(page.url()).pathname;
const heading = (page) => page.locator("h1").innerText();
const said = (page) => page.locator("#announcements").innerText();

/** The row of a list whose heading says so. */
const row = (page, name) => page.locator("ul.rows > li").filter({ has: page.getByRole("heading", { name, exact: true }) });

/** Opens a question, answers it, and says yes. */
async function confirm(within, question, button, why = null) {
  const details = within.locator("details.confirm").filter({ has: within.page().getByText(`${question}…`, { exact: true }) });
  await details.locator("summary").click();
  if (why !== null) await details.locator("textarea").fill(why);
  await details.getByRole("button", { name: button, exact: true }).click();
}

async function tab(page) {
  await go(page, "/marketplace");
  return page.locator('nav.tabs a[href="/marketplace/wallpapers"]');
}

/** Gives the page the file as if it was dropped on it. */
async function drop(page, name, bytes) {
  const transfer = await page.evaluateHandle(
    ([name, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], name));
      return transfer;
    },
    [name, bytes.toString("base64")],
  );
  await page.dispatchEvent("[data-drop]", "dragover", { dataTransfer: transfer });
  assert.ok(await page.locator("[data-drop].dropping").count(), "it says that it takes the file");
  const next = page.waitForURL(/\/categories\/add$/);
  await page.dispatchEvent("[data-drop]", "drop", { dataTransfer: transfer });
  await next;
}

async function choose(page, file) {
  await page.locator("#component").setInputFiles(file);
  await page.getByRole("button", { name: "See what it says" }).click();
  await page.waitForURL(/\/categories\/add$/);
}

for (const scripts of [true, false]) {
  const how = scripts ? "dropped" : "chosen, without scripts,";

  test(`a component that is ${how} says what it is, and is a category at once`, async (t) => {
    assert.ok(WALLPAPERS, "MARKETPLACE_WALLPAPERS names the component of the example category");
    const page = await house.page(t, { scripts, statuses: REFUSED });
    await house.signIn(page, "operate");

    await go(page, CATEGORIES);
    if (scripts) await drop(page, "wallpapers.wasm", await readFile(WALLPAPERS));
    else await choose(page, WALLPAPERS);
    assert.equal(await heading(page), "What Wallpapers says of itself");
    const main = page.locator("main");
    for (const words of [DESCRIPTION, "wallpaper", "Nothing is changed yet.", "marketplace:category@1.1.0", "SHA-256", "Imports"]) {
      assert.ok((await main.innerText()).includes(words), words);
    }
    if (scripts) await axe(page);
    const before = await house.page(t, { scripts, statuses: REFUSED });
    assert.equal(await (await tab(before)).count(), 0, "nothing is changed yet");

    await page.getByRole("button", { name: "Add it" }).click();
    assert.match(await said(page), /Wallpapers is added, and serves from now on/);
    assert.equal(path(page), `${CATEGORIES}/wallpapers/component`);
    for (const words of ["World", "Imports", "Health", "Last failures"]) {
      assert.ok((await main.innerText()).includes(words), words);
    }

    const link = await tab(before);
    assert.equal(await link.innerText(), "Wallpapers");
    assert.equal(await link.getAttribute("title"), DESCRIPTION);
    if (scripts) {
      const mask = await link.locator(".category-icon").evaluate((icon) => getComputedStyle(icon).maskImage);
      assert.match(mask, /^url\("data:image\/svg\+xml/);
    }
    await link.click();
    await before.waitForURL(/\/marketplace\/wallpapers$/);

    await go(page, CATEGORIES);
    await confirm(row(page, "Wallpapers"), "Disable", "Disable it", "for a test");
    assert.match(await said(page), /Wallpapers is disabled/);
    assert.equal(await (await tab(before)).count(), 0, "its tab is gone");
    await confirm(row(page, "Wallpapers"), "Enable", "Enable it");
    assert.equal(await (await tab(before)).count(), 1, "its tab is back");

    // The same component again changes nothing, and says so.
    await choose(page, WALLPAPERS);
    assert.ok((await main.innerText()).includes("There is nothing to change"));
    assert.equal(await page.getByRole("button", { name: /Add it|Replace it/ }).count(), 0);

    await go(page, CATEGORIES);
    await confirm(row(page, "Wallpapers"), "Remove", "Remove it", "the test is over");
    assert.match(await said(page), /wallpapers is removed/);
    assert.equal(await row(page, "Wallpapers").count(), 0);
    await quiet(page);
  });

  test(`a file that is no component is refused, and says what to do ${scripts ? "" : "without scripts"}`, async (t) => {
    const page = await house.page(t, { scripts, statuses: REFUSED });
    await house.signIn(page, "operate");
    await go(page, CATEGORIES);
    await choose(page, { name: "holiday.wasm", mimeType: "application/wasm", buffer: Buffer.from("not a component at all") });
    const alert = await page.getByRole("alert").innerText();
    assert.match(alert, /Nothing was changed/);
    assert.match(alert, /not a WebAssembly component/);
    assert.match(alert, /component_not_a_component/);
    assert.match(await page.locator("main").innerText(), /marketplace adapter new/);
    // The way on is on the same page.
    assert.equal(await page.locator("#component").count(), 1);
  });

  test(`a token is seen once, opens a session, and ends it ${scripts ? "" : "without scripts"}`, async (t) => {
    const page = await house.page(t, { scripts, statuses: REFUSED });
    await house.signIn(page, "operate");
    await go(page, TOKENS);
    await page.getByRole("link", { name: "New token" }).click();
    const label = `laptop ${scripts ? "with" : "without"} scripts`;
    await page.getByLabel("Tenant", { exact: true }).fill("visitors");
    await page.getByLabel("Label", { exact: true }).fill(label);
    assert.equal(await page.getByLabel("Days", { exact: true }).inputValue(), "90", "a token ends unless somebody wants otherwise");

    // Without a scope it is refused, and what was written stays.
    await page.getByRole("button", { name: "Make the token" }).click();
    assert.match(await page.getByRole("alert").innerText(), /tick a box/);
    assert.equal(await page.getByLabel("Label", { exact: true }).inputValue(), label);

    await page.getByRole("checkbox", { name: /^browse/ }).check();
    await page.getByRole("checkbox", { name: /^install/ }).check();
    const answer = page.waitForResponse((response) => response.request().method() === "POST");
    await page.getByRole("button", { name: "Make the token" }).click();
    assert.equal((await answer).headers()["cache-control"], "no-store");
    const secret = await page.locator("#token").inputValue();
    assert.match(secret, /^mkt_[1-9A-HJ-NP-Za-km-z]+$/);
    // The button is there if it does something.
    await page.locator("[data-copy]").waitFor({ state: scripts ? "visible" : "hidden" });
    if (scripts) await axe(page);

    await page.getByRole("link", { name: "I have it. To the tokens" }).click();
    assert.ok(!(await page.content()).includes(secret), "it is shown once");

    const visitor = await house.page(t, { scripts, statuses: REFUSED });
    await go(visitor, "/sign-in");
    await visitor.locator("#token").fill(secret);
    await visitor.locator("main").getByRole("button", { name: "Sign in" }).click();
    await visitor.waitForURL(/\/marketplace/);
    await go(visitor, "/control-center/license");
    assert.match(await visitor.locator("main").innerText(), /What visitors may do/);

    await go(page, `${TOKENS}?tenant=visitors`);
    await confirm(row(page, label), "Revoke", "Revoke it", "the laptop was lost");
    assert.match(await said(page), /its sessions are over/);
    await go(visitor, "/control-center/license");
    assert.equal(path(visitor), "/sign-in", "the session ended with its token");
    await quiet(page);
  });

  test(`a block on an item takes it from everybody until it is lifted ${scripts ? "" : "without scripts"}`, async (t) => {
    const page = await house.page(t, { scripts, statuses: REFUSED });
    await house.signIn(page, "operate");
    await go(page, "/marketplace");
    const address = new URL(await page.locator(".card h2 a").first().getAttribute("href"), house.url).pathname;
    const name = address.replace("/marketplace/", "");

    await go(page, `${BLOCKS}/new?kind=item&target=${encodeURIComponent(name)}`);
    await page.getByLabel("Why").fill("It lies about what it does.");
    await page.getByRole("button", { name: "Block it for everybody" }).click();
    assert.match(await said(page), /is blocked/);
    assert.equal(path(page), BLOCKS);
    const block = row(page, `Item ${name}`);
    assert.match(await block.innerText(), /It lies about what it does/);

    const visitor = await house.page(t, { scripts, statuses: REFUSED });
    assert.equal((await go(visitor, address)).status(), 403);
    await go(visitor, "/marketplace");
    assert.equal(await visitor.locator(`.card h2 a[href^="${address}"]`).count(), 0);

    // Twice is refused, and says by what.
    await go(page, `${BLOCKS}/new?kind=item&target=${encodeURIComponent(name)}`);
    await page.getByLabel("Why").fill("Once more.");
    await page.getByRole("button", { name: "Block it for everybody" }).click();
    assert.match(await page.getByRole("alert").innerText(), /is blocked already/);
    assert.equal(await page.getByLabel("Why").inputValue(), "Once more.");

    await go(page, BLOCKS);
    await confirm(row(page, `Item ${name}`), "Lift", "Lift the block", "It was mended.");
    assert.match(await said(page), /is lifted/);
    assert.equal((await go(visitor, address)).status(), 200);
  });
}

test("the license says what it allows, and how much of it is used", async (t) => {
  const page = await house.page(t, { statuses: REFUSED });
  await house.signIn(page, "install");
  await go(page, "/control-center/license");
  const table = page.locator("table");
  for (const gate of ["marketplace_browse", "marketplace_publish", "marketplace_install_themes_cap"]) {
    assert.equal(await table.locator("tr").filter({ hasText: gate }).count(), 1, gate);
  }
  const themes = await table.locator("tr").filter({ hasText: "marketplace_install_themes_cap" }).innerText();
  assert.match(themes, /of \d+|No limit/);

  await page.getByLabel("Or paste it").fill('{"tier":"enterprise"}');
  await page.getByRole("button", { name: "Put it in force" }).click();
  assert.match(await page.getByRole("alert").innerText(), /no license document/);
  assert.equal(await page.getByLabel("Or paste it").inputValue(), '{"tier":"enterprise"}', "what was pasted stays");
  await axe(page);
});

test("a license is issued for a tenant, and counts at once", async (t) => {
  const page = await house.page(t, { statuses: REFUSED });
  await house.signIn(page, "operate");
  // Whoever a token was made for above is a tenant.
  await go(page, "/control-center/tenants/visitors");
  await page.getByLabel("Tier", { exact: true }).selectOption("team");
  await page.getByLabel(/^Gates that differ/).fill("marketplace_install_themes_cap=7\n");
  await page.getByRole("button", { name: "Sign it and put it in force" }).click();
  assert.match(await said(page), /The license for visitors is in force: Team/);
  assert.match(await page.locator("tr").filter({ hasText: "marketplace_install_themes_cap" }).innerText(), /0 of 7/);

  await page.getByLabel(/^Gates that differ/).fill("marketplace_install_themes_cap=many");
  await page.getByRole("button", { name: "Sign it and put it in force" }).click();
  assert.match(await page.getByRole("alert").innerText(), /GATE=VALUE/);
});

test("an author applies for a name, is verified, and puts another key in force", async (t) => {
  const author = await house.page(t, { statuses: REFUSED });
  await house.signIn(author, "publish");
  await go(author, "/control-center/authors/apply");
  await author.getByLabel("Name", { exact: true }).fill("browser-tester");
  await author.getByRole("button", { name: "Apply" }).click();
  assert.match(await said(author), /browser-tester is yours/);
  assert.match(await row(author, "browser-tester").innerText(), /Waits to be verified/);

  const operator = await house.page(t, { statuses: REFUSED });
  await house.signIn(operator, "operate");
  await go(operator, "/control-center/marketplace/authors?verified=no");
  await confirm(row(operator, "browser-tester"), "Verify", "Let them publish", "They called.");
  assert.match(await said(operator), /browser-tester may publish/);

  await go(author, "/control-center/authors");
  const mine = row(author, "browser-tester");
  assert.match(await mine.innerText(), /Verified/);
  const before = await mine.locator(".author-keys code").first().innerText();
  await confirm(mine, "New key", "Make a new key");
  assert.match(await said(author), /signs for browser-tester from now on/);
  assert.notEqual(await row(author, "browser-tester").locator(".author-keys code").first().innerText(), before);
  assert.match(await row(author, "browser-tester").innerText(), /Retired/);
  await axe(author);
});

test("the audit log tells all that, and its address can be sent to somebody else", async (t) => {
  const page = await house.page(t, { statuses: REFUSED });
  await house.signIn(page, "operate");
  const actions = async (query) => {
    await go(page, `${AUDIT}?${query}`);
    return page.locator(".event strong").allInnerTexts();
  };
  const categories = await actions("subject=category:wallpapers");
  for (const action of ["category.added", "category.disabled", "category.enabled", "category.removed"]) {
    assert.ok(categories.includes(action), `${action} in ${categories}`);
  }
  assert.match(await page.locator(".events").innerText(), /for a test/);
  for (const action of ["token.created", "token.revoked", "block.added", "block.lifted", "license.installed", "author.verified", "key.rotated"]) {
    assert.ok((await actions(`action=${action}`)).length > 0, action);
  }

  await go(page, AUDIT);
  await page.getByLabel("What", { exact: true }).fill("block");
  await page.getByRole("button", { name: "Show" }).click();
  assert.match(page.url(), /action=block/);
  const found = await page.locator(".event strong").allInnerTexts();
  assert.ok(found.length > 0 && found.every((action) => action.startsWith("block.")), String(found));
  await page.locator(".event details summary").first().click();
  assert.ok(await page.locator(".event details[open] pre").first().isVisible());

  assert.deepEqual(await actions("action=bloc"), [], "a word finds no other that it begins");
  assert.equal((await go(page, `${AUDIT}?since=yesterday`)).status(), 422);
  assert.match(await page.getByRole("alert").innerText(), /is no time/);
});

const PAGES = {
  operate: [
    CATEGORIES, `${CATEGORIES}/add`, `${CATEGORIES}/themes/component`, TOKENS, `${TOKENS}/new`, AUDIT, BLOCKS, `${BLOCKS}/new`,
    "/control-center/marketplace/authors", "/control-center/marketplace/authors/new", "/control-center/tenants",
    "/control-center/tenants/home",
  ],
  publish: ["/control-center/authors", "/control-center/authors/apply"],
  install: ["/control-center/license"],
};

for (const [who, paths] of Object.entries(PAGES)) {
  for (const [width, scheme] of [[360, "light"], [1440, "dark"]]) {
    test(`what one sees with \`${who}\` is at home at ${width} pixels, in ${scheme}`, async (t) => {
      const page = await house.page(t, { width, scheme });
      await house.signIn(page, who);
      for (const path of paths) {
        assert.equal((await go(page, path)).status(), 200, path);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(over <= 0, `${path} is ${over} pixels too wide`);
        await axe(page);
      }
      await quiet(page);
    });
  }
}
