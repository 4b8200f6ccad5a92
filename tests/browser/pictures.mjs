// The pictures of README.md: the demo as people see it. Not a test; scripts/screenshots calls it.

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { before } from "node:test";
import { fileURLToPath } from "node:url";
import { quiet, start } from "./house.mjs";

const FOLDER = fileURLToPath(new URL("../../docs/pictures", import.meta.url));
/** A page with pictures is loaded over slow lines, too. */
const MOST_BYTES = 150 * 1024;

let house, reader;
before(async () => {
  house = await start();
  reader = house.tokens.install;
  // As if people had been there.
  const item = (name) => `/api/v1/marketplace/${name.replace("/", "/items/")}`;
  const said = {
    "widgets/system-pulse": [[5, "Quiet, and always right"], [4, "Does what it says"], [5, "I never look at anything else"]],
    "themes/harbour": [[5, "Easy on the eyes"], [4, "Good at night"]],
    "skills/incident-report": [[5, "Saved my Monday"]],
    "apps/miniflux": [[4, "Three feeds became three hundred"], [5, null]],
    "plugins/weather": [[3, "It rained"]],
  };
  let guests = 0;
  for (const [name, reviews] of Object.entries(said)) {
    for (const [rating, title] of reviews) {
      const guest = await house.token(["birch", "cedar", "maple", "rowan", "alder", "hazel", "linden", "aspen", "willow"][guests++], "browse", "install");
      await house.api("POST", `${item(name)}/install`, { accept_permissions: true }, guest);
      await house.api("POST", `${item(name)}/reviews`, { rating, title }, guest);
    }
  }
  for (const name of ["themes/harbour", "widgets/market-activity", "skills/csv-statistics"]) {
    await house.api("POST", `${item(name)}/install`, { accept_permissions: true }, reader);
  }
});

/** Keeps what a window shows. */
async function keep(page, name) {
  await quiet(page);
  await page.evaluate(() => document.fonts.ready);
  const tools = await page.context().newCDPSession(page);
  const { data } = await tools.send("Page.captureScreenshot", { format: "webp", quality: 88 });
  const bytes = Buffer.from(data, "base64");
  assert.ok(bytes.length < MOST_BYTES, `${name} has ${bytes.length} bytes`);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(join(FOLDER, `${name}.webp`), bytes);
}

test("the gallery", async (t) => {
  const page = await house.page(t, { width: 1440, height: 900 });
  await house.signIn(page, reader, "/marketplace");
  await keep(page, "gallery");
});

test("an item in its drawer", async (t) => {
  const page = await house.page(t, { width: 1440, height: 900, scheme: "dark" });
  await house.signIn(page, reader, "/marketplace/widgets/system-pulse?from=all");
  await keep(page, "drawer");
});

test("a phone: the gallery, and what one agrees to", async (t) => {
  const phone = { width: 360, height: 740, scale: 2 };
  const light = await house.page(t, phone);
  await house.signIn(light, reader, "/marketplace");
  await keep(light, "phone-gallery");
  const dark = await house.page(t, { ...phone, scheme: "dark" });
  await house.signIn(dark, reader, "/marketplace/widgets/system-pulse/install?version=1.0.0");
  await keep(dark, "phone-consent");
});

test("moderation", async (t) => {
  const release = (version, topics, changelog) => {
    const manifest = {
      name: "rack-dial", version, title: "Rack dial", summary: "One dial for the whole rack.", license: "MIT", changelog,
      permissions: [...topics.map((topic) => `data:read.${topic}`), "refresh:5s"],
    };
    const widget = { title: "Rack dial", entry: "widget.js", size: { width: 3, height: 2 }, topics, refresh: "5s" };
    const module = `import { createElement as h } from "react";\nimport { useTopic } from "@marketplace/widget";\n\n` +
      `export default function RackDial() {\n  return h("p", null, ${topics.map((topic) => `useTopic("${topic}")`).join(", ")});\n}\n`;
    return [manifest, { "widget.json": `${JSON.stringify(widget, null, 2)}\n`, "widget.js": module }];
  };
  await house.publish("widgets", ...release("1.0.0", ["metrics.cpu"], "The first."));
  const { id } = await house.submit("widgets", ...release("1.1.0", ["metrics.cpu", "metrics.memory", "metrics.disk"], "Memory and disks, too."));
  const page = await house.page(t, { width: 1440, height: 900 });
  await house.signIn(page, "moderate", `/control-center/marketplace/moderation/${id}`);
  await keep(page, "moderation");
});
