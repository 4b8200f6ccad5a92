// Looking around, installing, and what comes after: as people do it, on phones and desks, in light and dark, with scripts
// and without.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test, { before, describe } from "node:test";
import { axe, quiet, start, theme } from "./house.mjs";

/** How it is looked at. Without scripts once on each size: what is drawn is the same. */
const LOOKS = [
  { width: 360, height: 740, scheme: "light", scripts: true },
  { width: 360, height: 740, scheme: "dark", scripts: false },
  { width: 360, height: 740, scheme: "dark", scripts: true },
  { width: 1440, height: 900, scheme: "light", scripts: true },
  { width: 1440, height: 900, scheme: "light", scripts: false },
  { width: 1440, height: 900, scheme: "dark", scripts: true },
];
const named = ({ width, scheme, scripts }) => `${width} px, ${scheme}, ${scripts ? "with" : "without"} scripts`;

/** More than a page of them. */
const SHADES = 30;
const shade = (number) => `shade-${String(number).padStart(2, "0")}`;

let house;
before(async () => {
  house = await start();
  for (let number = 1; number <= SHADES; number++) {
    const title = `Shade ${String(number).padStart(2, "0")}`;
    const keywords = ["shade", number % 2 ? "odd" : "even"];
    await house.publish("themes", { name: shade(number), title, summary: `The ${number}th of many shades.`, keywords }, theme());
  }
});

let tenants = 0;
/** Somebody new, of a tenant of their own: with the Free license, and nothing installed. */
async function newcomer(...installed) {
  const token = await house.token(`guest-${++tenants}`, "browse", "install");
  for (const item of installed) await install(token, item);
  return token;
}
const install = (token, item) => {
  const [category, slug] = item.split("/");
  return house.api("POST", `/api/v1/marketplace/${category}/items/${slug}/install`, { accept_permissions: true }, token);
};

/** Follows a link, or sends a form, and waits for what comes of it. */
async function follow(page, locator, { scripts }) {
  if (scripts) await locator.click();
  else await Promise.all([page.waitForEvent("domcontentloaded"), locator.click()]);
  await quiet(page);
}

const drawer = (page) => page.getByRole("dialog");
const results = (page) => page.locator('[data-part="results"]');
const cards = (page) => results(page).getByRole("article");
const path = (page) => {
  const { pathname, search } = new URL(page.url());
  return pathname + search;
};
/** Waits for an address: with scripts, it changes when what it shows is there. */
const arrive = (page, expected) => page.waitForURL((url) => (expected.test ? expected.test(url.pathname + url.search) : url.pathname + url.search === expected));

/** Nothing is cut off, and nothing has to be scrolled sideways. */
async function fits(page, { scripts, width }) {
  if (!scripts) return;
  const needs = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(needs <= width, `${path(page)} is ${needs} px wide, and the window ${width} px`);
}

for (const look of LOOKS) {
  describe(named(look), { concurrency: 2 }, () => {
    test("looking around", async (t) => {
      const page = await house.page(t, look);
      await house.open(page, "/marketplace");
      await page.getByRole("heading", { level: 1, name: "Marketplace" }).waitFor();
      await axe(page);
      await fits(page, look);

      // Every category has a tab, and says which one it is.
      const tabs = page.getByRole("navigation", { name: "Categories" });
      for (const name of ["Apps", "Skills", "Widgets", "Themes", "Plugins"]) await tabs.getByRole("link", { name }).waitFor();
      await follow(page, tabs.getByRole("link", { name: "Themes" }), look);
      await arrive(page, "/marketplace/themes");
      assert.equal(await tabs.getByRole("link", { name: "Themes" }).getAttribute("aria-current"), "page");
      assert.equal(await cards(page).count(), 24);
      await axe(page);
      await fits(page, look);

      // What is beyond the first page is a click away, and with scripts stands below the rest. In an order that does not
      // change while others install.
      await house.open(page, "/marketplace/themes?sort=name");
      await follow(page, page.getByRole("link", { name: "Show more" }), look);
      const all = SHADES + 2;
      if (look.scripts) {
        await page.waitForFunction((all) => document.querySelectorAll('[data-part="results"] article').length === all, all);
        assert.equal(await page.getByRole("link", { name: "Show more" }).count(), 0);
        assert.ok(await page.evaluate(() => document.activeElement.closest("article") !== null), "the focus goes on to what is new");
      } else {
        assert.equal(await cards(page).count(), all - 24);
      }

      // An order.
      await house.open(page, "/marketplace/themes");
      const order = page.getByLabel("Order");
      await order.selectOption({ label: "Name" });
      if (!look.scripts) await follow(page, page.getByRole("button", { name: "Search" }), look);
      await arrive(page, /[?&]sort=name/);
      await quiet(page);
      const titles = await cards(page).getByRole("heading").allTextContents();
      assert.deepEqual(titles.map((title) => title.trim()), titles.map((title) => title.trim()).toSorted((a, b) => a.localeCompare(b)));

      // Filters, and the way out of each. On a phone they are folded away.
      const filters = page.locator('[data-part="filters"]');
      const unfold = async () => {
        const summary = filters.locator("summary").first();
        if (look.width < 981 && !(await filters.locator("details").first().evaluate((one) => one.open))) await summary.click();
      };
      if (look.scripts || look.width >= 981) {
        if (look.scripts) await unfold();
        await follow(page, filters.getByRole("link", { name: /^even/ }), look);
      } else {
        await filters.locator("summary").first().click();
        await follow(page, filters.getByRole("link", { name: /^even/ }), look);
      }
      await arrive(page, /[?&]tag=even/);
      await page.getByRole("status").filter({ hasText: `${SHADES / 2} items` }).waitFor();
      await axe(page);
      await fits(page, look);
      await follow(page, results(page).getByRole("link", { name: /^Without Keyword: even/ }), look);
      await page.getByRole("status").filter({ hasText: `${all} items` }).waitFor();
      assert.doesNotMatch(path(page), /tag=/);
    });

    test("searching", async (t) => {
      const page = await house.page(t, look);
      await house.open(page, "/marketplace");
      const field = page.getByRole("searchbox", { name: "Search the marketplace" });
      if (look.scripts) {
        await page.keyboard.press("/");
        await page.keyboard.type("harb", { delay: 30 });
        await arrive(page, "/marketplace?q=harb");
        await cards(page).getByRole("link", { name: "Harbour" }).waitFor();
        // Whoever types goes on typing.
        await page.keyboard.type("our");
        await arrive(page, "/marketplace?q=harbour");
        assert.equal(await field.inputValue(), "harbour");
        assert.ok(await field.evaluate((one) => one === document.activeElement));
        // A search is one place to come back to, not one for each letter.
        await quiet(page);
      } else {
        await field.fill("harbour");
        await follow(page, page.getByRole("button", { name: "Search" }), look);
        await arrive(page, /^\/marketplace\?q=harbour/);
      }
      await page.getByRole("status").filter({ hasText: "for “harbour”" }).waitFor();
      await cards(page).getByRole("link", { name: "Harbour" }).waitFor();
      await axe(page);

      // A typing error is forgiven, and said.
      await house.open(page, "/marketplace?q=harbuor");
      await page.getByRole("status").filter({ hasText: "nothing is spelled “harbuor”" }).waitFor();
      await cards(page).getByRole("link", { name: "Harbour" }).waitFor();

      // Nothing is found: why, and what to do.
      await house.open(page, "/marketplace/apps?q=zzzzzz");
      await page.getByRole("heading", { name: "Nothing like that here" }).waitFor();
      await axe(page);
      await fits(page, look);
      await follow(page, page.getByRole("link", { name: "Show everything here" }), look);
      await arrive(page, "/marketplace/apps");
      await cards(page).first().waitFor();
    });

    test("an item in its drawer, by keyboard alone", async (t) => {
      const page = await house.page(t, look);
      await house.open(page, "/marketplace/themes?q=harbour");
      const link = cards(page).getByRole("link", { name: "Harbour" });
      // From the top of the page, as far as it takes.
      for (let presses = 0; !(await link.evaluate((one) => one === document.activeElement).catch(() => false)); presses++) {
        assert.ok(presses < 80, "the card is in reach of Tab");
        await page.keyboard.press("Tab");
      }
      await page.keyboard.press("Enter");
      await arrive(page, "/marketplace/themes/harbour?q=harbour");
      await quiet(page);
      await drawer(page).getByRole("heading", { level: 2, name: "Harbour" }).waitFor();
      await axe(page);
      await fits(page, look);
      if (look.scripts) {
        assert.ok(await drawer(page).evaluate((one) => one.contains(document.activeElement)), "the focus is in the drawer");
        // What is behind cannot be reached.
        for (let presses = 0; presses < 40; presses++) {
          await page.keyboard.press("Tab");
          assert.ok(await page.evaluate(() => !document.activeElement.closest('[data-part="gallery"]')), "what is behind is out of reach");
        }
        await page.keyboard.press("Escape");
        await arrive(page, "/marketplace/themes?q=harbour");
        await drawer(page).waitFor({ state: "detached" });
        assert.ok(await link.evaluate((one) => one === document.activeElement), "the focus is back where it was");
        await page.goBack();
        await drawer(page).waitFor();
        await page.goForward();
        await drawer(page).waitFor({ state: "detached" });
      } else {
        await follow(page, drawer(page).getByRole("link", { name: "Close" }), look);
        await arrive(page, "/marketplace/themes?q=harbour");
        assert.equal(await drawer(page).count(), 0);
      }

      // Its address is the whole of it: whoever gets it sees the same.
      const other = await house.page(t, look);
      await house.open(other, "/marketplace/themes/harbour?q=harbour");
      await drawer(other).getByRole("heading", { level: 2, name: "Harbour" }).waitFor();
      assert.equal(await other.getByRole("searchbox", { name: "Search the marketplace", includeHidden: true }).inputValue(), "harbour");
    });

    test("installing with consent, reviewing, updating, going back, uninstalling", async (t) => {
      const token = await newcomer();
      const slug = `gauge-${look.width}-${look.scheme}-${look.scripts}`;
      const release = (version, topics, changelog) => {
        const manifest = {
          name: slug, title: `Gauge ${slug}`, summary: "A dial.", version, changelog,
          permissions: [...topics.map((topic) => `data:read.${topic}`), "refresh:5s"],
        };
        const widget = { title: "Gauge", entry: "widget.js", size: { width: 2, height: 2 }, topics, refresh: "5s" };
        const module = `import { createElement as h } from "react";\nimport { useTopic } from "@marketplace/widget";\n` +
          `export default function Gauge() { return h("p", null, ${topics.map((topic) => `useTopic("${topic}")`).join(", ")}); }\n`;
        return house.publish("widgets", manifest, { "widget.json": JSON.stringify(widget), "widget.js": module });
      };
      await release("1.0.0", ["metrics.cpu"], "The first.");

      const page = await house.page(t, look);
      const address = `/marketplace/widgets/${slug}`;
      await house.signIn(page, token, address);
      await follow(page, drawer(page).getByRole("link", { name: "Install…" }), look);
      await drawer(page).getByText("If you install it, it may:").waitFor();
      await drawer(page).getByText("data:read.metrics.cpu").waitFor();
      await axe(page);
      await fits(page, look);
      await follow(page, drawer(page).getByRole("button", { name: "Agree, and install" }), look);
      // How it goes is shown; a small package may be there before that can be seen.
      await drawer(page).getByText("Installed", { exact: true }).first().waitFor();
      await quiet(page);
      await drawer(page).getByText("You have version 1.0.0").waitFor();
      await axe(page);

      // It is on the dashboard.
      await house.open(page, "/dashboard");
      await page.getByRole("main").getByRole("link", { name: `Gauge ${slug}` }).waitFor();
      await page.getByRole("link", { name: /Widgets.*1 of 10/ }).waitFor();
      await axe(page);
      await fits(page, look);

      // What one thinks of it.
      await house.open(page, address);
      await drawer(page).locator("summary", { hasText: "Write a review" }).click();
      await drawer(page).getByRole("radio", { name: "4 ★" }).check();
      await drawer(page).getByLabel("Title").fill("Does what it says");
      await drawer(page).getByLabel("Review", { exact: true }).fill("Two lines,\nand no more.");
      await axe(page);
      await follow(page, drawer(page).getByRole("button", { name: "Publish it" }), look);
      await page.getByText("Your review is published. Thank you.").waitFor();
      const chart = drawer(page).getByRole("table", { name: "Reviews by stars" });
      await chart.getByRole("row", { name: /4 stars.*1/ }).waitFor();
      await drawer(page).locator("summary", { hasText: "Your review: 4 stars" }).waitFor();
      await axe(page);

      // An update that asks for more is compared before it is agreed to.
      await release("1.1.0", ["metrics.cpu", "metrics.memory"], "Memory, too.");
      await house.open(page, "/dashboard");
      await page.getByRole("heading", { name: "Updates" }).waitFor();
      await axe(page);
      await page.getByRole("main").getByRole("link", { name: `Gauge ${slug}` }).first().click();
      await arrive(page, address);
      await follow(page, drawer(page).getByRole("link", { name: "Update to 1.1.0…" }), look);
      await drawer(page).getByRole("heading", { name: `Update Gauge ${slug} from 1.0.0 to 1.1.0?` }).waitFor();
      await drawer(page).getByText("It asks for more than you have agreed to.").waitFor();
      await drawer(page).getByRole("listitem").filter({ hasText: "New:" }).filter({ hasText: "data:read.metrics.memory" }).waitFor();
      await drawer(page).getByText("Memory, too.").waitFor();
      await axe(page);
      await follow(page, drawer(page).getByRole("button", { name: "Agree, and update to 1.1.0" }), look);
      await drawer(page).getByText("You have version 1.1.0").waitFor();
      await quiet(page);

      // And back.
      await follow(page, drawer(page).getByRole("link", { name: "Go back to it…" }), look);
      await drawer(page).getByText("It asks for less than you have agreed to.").waitFor();
      await axe(page);
      await follow(page, drawer(page).getByRole("button", { name: "Go back to 1.0.0" }), look);
      await drawer(page).getByText("You have version 1.0.0").waitFor();
      await quiet(page);

      // And gone.
      await drawer(page).locator("summary", { hasText: "Uninstall" }).click();
      await axe(page);
      await follow(page, drawer(page).getByRole("button", { name: "Uninstall" }), look);
      await page.getByText(`${slug} is uninstalled.`).waitFor();
      await drawer(page).getByRole("link", { name: "Install…" }).waitFor();
      await house.open(page, "/dashboard");
      await page.getByRole("heading", { name: "Nothing is installed yet" }).waitFor();
      await axe(page);
    });

    test("a full license says why not, and what would help", async (t) => {
      const token = await newcomer("themes/shade-01", "themes/shade-02", "themes/shade-03");
      const page = await house.page(t, look);
      await house.signIn(page, token, "/marketplace/themes/harbour");
      const button = drawer(page).getByRole("button", { name: "Install" });
      assert.ok(await button.isDisabled());
      await drawer(page).getByText("Your license ends at 3 themes.").waitFor();
      await drawer(page).getByText("marketplace_install_themes_cap").waitFor();
      const describedBy = await button.getAttribute("aria-describedby");
      assert.match(await page.locator(`#${describedBy}`).textContent(), /Uninstall one, or get a license with more room/);
      await axe(page);
      await fits(page, look);
      await follow(page, drawer(page).getByRole("link", { name: "See what is installed" }), look);
      await arrive(page, "/dashboard");
      await page.getByRole("link", { name: /Themes.*3 of 3 · full/ }).waitFor();
    });

    test("themes are tried before they are kept, and light and dark are one's own choice", async (t) => {
      const token = await newcomer("themes/ember");
      const page = await house.page(t, look);
      await house.signIn(page, token, "/appearance");
      await axe(page);
      await fits(page, look);
      const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const colours = { before: look.scripts && (await background()) };
      const isEmber = async (expected) => {
        if (!look.scripts) assert.equal(await page.locator('link[rel="stylesheet"][href^="/themes/ember/"]').count(), expected ? 1 : 0);
        else await page.waitForFunction(([before, expected]) => (getComputedStyle(document.body).backgroundColor !== before) === expected, [colours.before, expected]);
      };
      const card = page.getByRole("article").filter({ has: page.getByRole("heading", { name: "Ember" }) });
      const trial = page.getByText("You are trying the theme Ember.");
      const press = (button) => follow(page, button, { scripts: false });

      await press(card.getByRole("button", { name: "Try it" }));
      await arrive(page, "/marketplace");
      await trial.waitFor();
      await isEmber(true);
      await axe(page);
      // On every page, until one says what one thinks; but for the page of the choice, which can always be read.
      await house.open(page, "/dashboard");
      await trial.waitFor();
      await isEmber(true);
      await axe(page);
      await house.open(page, "/appearance");
      await isEmber(false);
      await house.open(page, "/marketplace");
      await press(page.getByRole("button", { name: "Go back" }));
      await isEmber(false);
      await house.open(page, "/appearance");
      await press(card.getByRole("button", { name: "Try it" }));
      await press(page.getByRole("button", { name: "Keep it" }));
      assert.equal(await trial.count(), 0);
      await isEmber(true);

      // What one agrees to, and where one leaves a theme, no theme reaches.
      await house.open(page, "/marketplace/apps/miniflux/install?version=1.2.0");
      await isEmber(false);
      if (look.scripts) {
        await house.open(page, "/marketplace/apps/miniflux");
        await isEmber(true);
        await follow(page, page.getByRole("link", { name: "Install…" }), look);
        await isEmber(false);
        await page.keyboard.press("Escape");
        await page.waitForURL(/miniflux$/);
        await isEmber(true);
      }
      await house.open(page, "/appearance");
      await isEmber(false);
      await card.getByText("In use").waitFor();
      await press(page.getByRole("button", { name: "Use it" }).first());
      await house.open(page, "/marketplace");
      await isEmber(false);
      await house.open(page, "/appearance");

      // Whatever the system has.
      const other = look.scheme === "light" ? "Dark" : "Light";
      const button = page.getByRole("button", { name: other, exact: true });
      await press(button);
      assert.equal(await button.getAttribute("aria-pressed"), "true");
      if (look.scripts) assert.notEqual(await background(), colours.before);
      await axe(page);
      await press(page.getByRole("button", { name: "As the system" }));
      if (look.scripts) assert.equal(await background(), colours.before);
    });

    test("a signature is checked by whoever does not take our word for it", { skip: !look.scripts && "it is the browser that checks" }, async (t) => {
      const page = await house.page(t, { ...look, worker: false });
      await house.open(page, "/marketplace/themes/harbour");
      const proof = drawer(page).getByRole("region", { name: "Manifest and signature" });
      for (const line of ["The manifest is signed by its author", "The key is trusted", "The package is the one that was signed"]) {
        await proof.getByRole("listitem").filter({ hasText: `Passed: ${line}` }).waitFor();
      }
      const check = proof.getByRole("button", { name: "Check it in this browser" });
      await check.click();
      await proof.getByText("✓ The signature, verified in this browser").waitFor();
      await proof.getByText("✓ The package, hashed in this browser").waitFor();
      await axe(page);

      // Somebody on the way gives out another package.
      const release = "**/api/v1/marketplace/themes/items/harbour/versions/*/package";
      await page.route(release, async (route) => {
        const response = await route.fetch();
        const body = await response.body();
        body[body.length - 1] ^= 1;
        await route.fulfill({ response, body });
      });
      await check.click();
      await proof.getByText("✓ The signature, verified in this browser").waitFor();
      await proof.getByText("✗ The package, hashed in this browser").waitFor();
      await page.unroute(release);

      // Somebody on the way writes another manifest.
      await page.route("**/marketplace/themes/harbour", async (route) => {
        const response = await route.fetch();
        const body = (await response.text()).replace(/(data-canonical="[^"]*?version&quot;:&quot;)1\.0\.0/, "$19.9.9");
        await route.fulfill({ response, body });
      });
      await page.reload();
      assert.match(await proof.locator("[data-canonical]").getAttribute("data-canonical"), /9\.9\.9/);
      await check.click();
      await proof.getByText("✗ The signature, verified in this browser").waitFor();
      await proof.getByText("✓ The package, hashed in this browser").waitFor();
    });
  });
}

for (const scripts of [true, false]) {
  test(`what is under way is shown step by step, ${scripts ? "with" : "without"} scripts`, async (t) => {
    // So much that it takes a moment.
    const name = scripts ? "bulky" : "bulkier";
    const files = Object.fromEntries(Array.from({ length: 48 }, (_, number) => [`assets/${number}.bin`, randomBytes(1 << 20)]));
    const skill = `---\nname: ${name}\ndescription: Carries a lot, for a test that watches it being carried.\n---\n# Nothing\n`;
    await house.publish("skills", { name, title: "Bulky" }, { "SKILL.md": skill, ...files });
    const page = await house.page(t, { scripts, worker: false });
    await house.signIn(page, await newcomer(), `/marketplace/skills/${name}`);
    // What the server tells of it is held back until this was looked at.
    let tell;
    const looked = new Promise((done) => (tell = done));
    await page.route("**/operations/*/events", async (route) => {
      await looked;
      await route.continue();
    });
    await drawer(page).getByRole("button", { name: "Install", exact: true }).click();
    const progress = drawer(page).getByRole("region", { name: `Installing ${name} 1.0.0` });
    await progress.waitFor();
    if (scripts) {
      for (const stage of ["Read the package", "Check the signature", "Make it live"]) await progress.getByText(stage).waitFor();
      await progress.getByRole("progressbar").waitFor();
      assert.equal(await progress.locator('[aria-current="step"]').count(), 1);
      await progress.getByRole("button", { name: "Cancel" }).waitFor();
      await axe(page);
    }
    tell();
    await drawer(page).getByText("You have version 1.0.0").waitFor();
    await progress.waitFor({ state: "detached" });
    await drawer(page).getByText("Version 1.0.0 is installed.").or(page.getByText("Version 1.0.0 is installed.")).first().waitFor();
    await house.open(page, `/marketplace/skills?q=${name}`);
    await cards(page).filter({ hasText: "Bulky" }).getByText("Installed", { exact: true }).waitFor();
  });
}

test("what is there for those without scripts does nothing to those with them", async (t) => {
  const page = await house.page(t, { worker: false });
  await house.open(page, "/marketplace/themes");
  await page.route("**/marketplace/themes/ember", async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace('<div class="drawer-body">', '$&<noscript><meta http-equiv="refresh" content="1"></noscript>');
    await route.fulfill({ response, body });
  });
  await page.evaluate(() => (globalThis.stays = true));
  await cards(page).getByRole("link", { name: "Ember" }).click();
  await drawer(page).waitFor();
  await page.waitForTimeout(1_500);
  assert.ok(await page.evaluate(() => globalThis.stays), "the page was not loaded anew");
});

test("a server that does not answer is said to be gone, and found again", async (t) => {
  const page = await house.page(t, { worker: false, errors: [/ERR_CONNECTION_REFUSED/] });
  await house.open(page, "/marketplace");
  let down = true;
  await page.route("**/marketplace/themes", (route) => (down ? route.abort("connectionrefused") : route.continue()));
  const tabs = page.getByRole("navigation", { name: "Categories" });
  await tabs.getByRole("link", { name: "Themes" }).click();
  const notice = page.getByRole("alert").filter({ hasText: "The server does not answer" });
  await notice.waitFor();
  down = false;
  await notice.getByRole("button", { name: "Try again" }).click();
  await arrive(page, "/marketplace/themes");
  await notice.waitFor({ state: "detached" });
});
