// What strangers write is text, wherever it is shown. Nothing of it runs, loads anything, or leads anywhere by itself:
// `house.page` fails a test for a script, a dialog, a request to elsewhere, and for whatever our policy had to forbid.

import assert from "node:assert/strict";
import test, { before, describe } from "node:test";
import { axe, quiet, start } from "./house.mjs";

/** What has run elsewhere, once it was put into a page: as an element, in an attribute, out of a comment or a field. */
const RUN = "globalThis.owned=1";
const INJECTIONS = [
  `<script>${RUN}</script>`,
  `"><img src=x onerror=${RUN}>`,
  `'><svg onload=${RUN}>`,
  `</title></textarea></style></noscript><script>${RUN}</script>`,
  `--><img src=x onerror=${RUN}>`,
  `<iframe srcdoc="<script>parent.owned=1</script>">`,
  `<a href="javascript:${RUN}" autofocus onfocus=${RUN}>`,
  `<meta http-equiv=refresh content="0;url=https://evil.example/">`,
  `<base href="https://evil.example/"><form action="https://evil.example/">`,
  `<link rel=stylesheet href="https://evil.example/x.css"><style>*{display:none}</style>`,
  `<math><mtext></mtext><mglyph><style><!--</style><img title="--><img src=x onerror=${RUN}>">`,
  `{{constructor.constructor('${RUN}')()}}\${${RUN}}`,
];

/** The same for Markdown, which is the one text that is shown as more than text. */
const MARKDOWN = [
  ...INJECTIONS,
  `[click](javascript:${RUN})`,
  `[click](JaVaScRiPt:${RUN} "title")`,
  `[click](data:text/html,<script>${RUN}</script>)`,
  `[click](vbscript:msgbox)`,
  `<javascript:${RUN}>`,
  `![picture](https://evil.example/pixel.png)`,
  `![picture](x" onerror="${RUN})`,
  `[reference]\n\n[reference]: javascript:${RUN}`,
  "```html\" onmouseover=\"" + RUN + "\n<script>" + RUN + "</script>\n```",
  `| a | b |\n|---|---|\n| <script>${RUN}</script> | x |`,
].join("\n\n");

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64" onload="top.owned=1;${RUN}">
<script>top.owned=1;${RUN}</script><style>@import url(https://evil.example/x.css);</style>
<image href="https://evil.example/pixel.png" xlink:href="https://evil.example/pixel.png" width="9" height="9"/>
<foreignObject width="64" height="64"><iframe xmlns="http://www.w3.org/1999/xhtml" src="https://evil.example/"></iframe><body xmlns="http://www.w3.org/1999/xhtml" onload="${RUN}"></body></foreignObject>
<a href="javascript:${RUN}"><circle cx="32" cy="32" r="30" fill="teal"/></a><animate attributeName="href" values="javascript:${RUN}"/></svg>`;

/** As much as a name in a package may have. */
const ODD = "assets/a'b&amp;c;d=e#f%22.svg";

const SKILL = "---\nname: NAME\ndescription: Does nothing at all, for a test that looks at what is around it.\n---\n# Nothing\n";

let house, boss, reader;
/** Names of items; each has one of the injections in all of its fields. */
const items = INJECTIONS.map((injection, number) => ({ injection, slug: `hostile-${number}` }));
const title = (injection) => injection.slice(0, 100);
const item = ({ slug }) => `/api/v1/marketplace/skills/items/${slug}`;

before(async () => {
  house = await start();
  boss = await house.token("demo-studio", "browse", "install", "publish", "moderate", "operate");
  reader = await house.token("reader", "browse", "install");
  // Room for all of them.
  await house.api("POST", "/cp/api/v1/admin/marketplace/tenants/reader/license/issue", { tier: "pro" }, house.tokens.operate);
  for (const one of items) {
    const { injection, slug } = one;
    const manifest = (version) => ({
      name: slug,
      version,
      title: title(injection),
      summary: injection.slice(0, 200),
      description: MARKDOWN,
      changelog: MARKDOWN,
      keywords: [injection.slice(0, 32).trim(), `<b>${slug}</b>`],
      homepage: `https://evil.example/"onmouseover="${RUN}"`,
      source: `https://evil.example/?'><script>${RUN}</script>`,
      license: "MIT",
      icon: "assets/icon.svg",
      screenshots: ["assets/icon.svg", ODD],
    });
    const files = { "SKILL.md": SKILL.replace("NAME", slug), "assets/icon.svg": SVG, [ODD]: SVG };
    await publish(manifest("1.0.0"), files, injection);
    await house.api("POST", `${item(one)}/install`, { accept_permissions: true }, reader);
    await publish(manifest("1.1.0"), files, injection);
    const review = await house.api("POST", `${item(one)}/reviews`, { rating: 1, title: title(injection), body: MARKDOWN.slice(0, 4_000) }, reader);
    await house.api("PUT", `${item(one)}/reviews/${review.id}/reply`, { body: injection }, boss);
    await house.api("POST", `${item(one)}/reviews/${review.id}/report`, { reason: injection }, house.tokens.install);
    await house.api("POST", "/cp/api/v1/admin/marketplace/tokens", { tenant: "reader", label: title(injection), scopes: ["browse"] }, house.tokens.operate);
  }
  // What waits, what was rejected, what was flagged, what was taken back, what is blocked: with why.
  const [first, second, third] = items.map(({ injection }) => injection);
  const waits = (slug) => house.submit("skills", { name: slug, title: title(first), summary: second, description: MARKDOWN, changelog: MARKDOWN, icon: "assets/icon.svg" }, { "SKILL.md": SKILL.replace("NAME", slug), "assets/icon.svg": SVG });
  items.waiting = (await waits("hostile-waiting")).id;
  const rejected = (await waits("hostile-rejected")).id;
  await house.api("POST", `/cp/api/v1/admin/marketplace/queue/${rejected}/reject`, { note: third }, house.tokens.moderate);
  items.rejected = rejected;
  const flagged = (await waits("hostile-flagged")).id;
  await house.api("POST", `/cp/api/v1/admin/marketplace/queue/${flagged}/flag`, { note: first }, house.tokens.moderate);
  await house.api("POST", `${item(items[0])}/versions/1.0.0/yank`, { reason: second }, house.tokens.publish);
  await house.api("POST", "/cp/api/v1/admin/marketplace/blocks", { target: { kind: "item", category: "skills", slug: items.at(-1).slug }, reason: third }, house.tokens.operate);
});

/** As an author would who leaves out what is refused. */
async function publish(manifest, files, note) {
  const submitted = await house.submit("skills", manifest, files);
  await house.api("POST", `/cp/api/v1/admin/marketplace/queue/${submitted.id}/approve`, { note }, house.tokens.moderate);
}

/** Opens a page, and has whatever is on it begin: folded parts open, links and pictures under the pointer. */
async function provoke(page, path, { waits = true } = {}) {
  await house.open(page, path);
  await page.evaluate(() => {
    for (const one of document.querySelectorAll("details")) one.open = true;
    for (const one of document.querySelectorAll("main *")) one.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
    for (const one of document.querySelectorAll("img[loading=lazy]")) one.loading = "eager";
  });
  await quiet(page);
  if (waits) await page.waitForLoadState("networkidle");
  assert.equal(await page.evaluate(() => globalThis.owned), undefined, `something ran on ${path}`);
  // Whatever a stranger named must not be an element, or stand for one of the page's own.
  const made = await page.evaluate(() => {
    const main = document.querySelector("main");
    const attributes = [...main.querySelectorAll("*")].flatMap((one) => [...one.attributes].map(({ name, value }) => [one.localName, name, value]));
    return {
      elements: [...main.querySelectorAll("script:not([type=module][src^='/assets/']), iframe, object, embed, base, meta, link, style, math")].map((one) => one.outerHTML),
      handlers: attributes.filter(([, name]) => name.startsWith("on")),
      addresses: attributes.filter(([, name, value]) => ["href", "src", "action", "formaction"].includes(name) && /^\s*(javascript|data|vbscript):/i.test(value)),
      elsewhere: attributes.filter(([element, name, value]) => (name === "src" || name === "action" || element === "form") && value.includes("evil.example") && name !== "value"),
    };
  });
  assert.deepEqual(made, { elements: [], handlers: [], addresses: [], elsewhere: [] }, path);
}

describe("what strangers write", { concurrency: 2 }, () => {
  test("about an item, in its drawer and before it is installed", async (t) => {
    const page = await house.page(t);
    await house.signIn(page, reader);
    for (const { injection, slug } of items.slice(0, -1)) {
      await provoke(page, `/marketplace/skills/${slug}`);
      await page.getByRole("dialog").getByRole("heading", { level: 2, name: title(injection), exact: true }).waitFor();
      await page.getByRole("dialog").getByText(injection.slice(0, 200), { exact: true }).first().waitFor();
      await provoke(page, `/marketplace/skills/${slug}/install?version=1.1.0`);
    }
    await axe(page);
  });

  test("on cards, tiles and in lists", async (t) => {
    const page = await house.page(t);
    await house.signIn(page, reader);
    for (const path of ["/marketplace", "/marketplace/skills", "/marketplace/skills?sort=name", "/marketplace/skills?tag=%3Cb%3Ehostile-1%3C%2Fb%3E", "/dashboard", "/appearance", "/control-center", "/control-center/license"]) {
      await provoke(page, path);
    }
    await house.open(page, "/marketplace/skills");
    await page.getByRole("article").getByText(title(items[1].injection), { exact: true }).first().waitFor();
  });

  test("in the control center", async (t) => {
    const page = await house.page(t);
    await house.signIn(page, boss);
    await house.open(page, "/control-center");
    const places = await page.getByRole("main").locator('a[href^="/control-center/"]').evaluateAll((links) => [...new Set(links.map((link) => link.getAttribute("href")))]);
    assert.ok(places.length >= 8, `${places}`);
    const queue = ["pending", "rejected", "flagged", "approved"].map((status) => `/control-center/marketplace/moderation?status=${status}`);
    const each = [
      `/control-center/marketplace/moderation/${items.waiting}`,
      `/control-center/marketplace/submissions/${items.waiting}`,
      `/control-center/marketplace/submissions/${items.rejected}`,
      "/control-center/audit?limit=100",
      "/control-center/tenants/reader",
    ];
    for (const path of [...places, ...queue, ...each]) await provoke(page, path);
    await house.open(page, `/control-center/marketplace/submissions/${items.rejected}`);
    await page.getByText(items[2].injection).first().waitFor();
    await house.open(page, "/control-center/marketplace/reviews");
    await page.getByText(items[0].injection).first().waitFor();
  });

  test("in an address, where a page says it again", async (t) => {
    const page = await house.page(t, { statuses: [400, 404, 422] });
    await house.signIn(page, boss);
    for (const injection of INJECTIONS) {
      const said = encodeURIComponent(injection);
      for (const path of [
        `/marketplace?q=${said}`,
        `/marketplace?tag=${said}&author=demo-studio`,
        `/marketplace?author=${said}`,
        `/marketplace?permission=${said}`,
        `/marketplace?sort=${said}`,
        `/marketplace?cursor=${said}`,
        `/marketplace/${said}`,
        `/marketplace/skills/${said}`,
        `/marketplace/skills/hostile-1?operation=${said}`,
        `/sign-in?next=${said}`,
        `/sign-in/provider/callback?error=${said}&error_description=${said}`,
        `/control-center/audit?action=${said}`,
        `/${said}`,
      ]) {
        await provoke(page, path, { waits: false });
      }
    }
    await house.open(page, `/marketplace?q=${encodeURIComponent(INJECTIONS[1])}`);
    assert.equal(await page.getByRole("searchbox", { name: "Search the marketplace" }).inputValue(), INJECTIONS[1]);
  });

  test("on the label of the token that one signs in with", async (t) => {
    for (const { injection } of items.slice(0, 4)) {
      const made = await house.api("POST", "/cp/api/v1/admin/marketplace/tokens", { tenant: "reader", label: title(injection), scopes: ["browse"] }, house.tokens.operate);
      const page = await house.page(t);
      await house.signIn(page, made.token);
      await provoke(page, "/dashboard");
      await page.getByRole("banner").getByText(title(injection)).waitFor();
    }
  });

  test("in a picture, that is shown or opened on its own", async (t) => {
    // A browser says on its console what it did not do.
    const page = await house.page(t, { errors: [/sandbox|Content Security Policy/i] });
    await house.signIn(page, reader);
    await house.open(page, "/marketplace/skills/hostile-1");
    const pictures = await page.getByRole("dialog").locator(".screenshots img").evaluateAll((images) => images.map((image) => image.getAttribute("src")));
    assert.equal(pictures.length, 2);
    for (const picture of pictures) {
      const response = await page.goto(house.url + picture);
      assert.equal(response.status(), 200);
      assert.match(response.headers()["content-security-policy"], /sandbox/);
      assert.equal(response.headers()["x-content-type-options"], "nosniff");
      await page.waitForTimeout(200);
      assert.equal(await page.evaluate(() => globalThis.owned).catch(() => undefined), undefined);
    }
  });
});

test("what can be no text at all is refused where it is written", async () => {
  const refused = async (manifest) => {
    const form = new FormData();
    form.append("manifest", JSON.stringify({ kind: "skills", name: "hostile-no", version: "1.0.0", author_id: "demo-studio", permissions: [], ...manifest }));
    form.append("package", new Blob(["x"]), "package.tar.gz");
    const answer = await house.ask("POST", "/api/v1/marketplace/skills/items", form, house.tokens.publish);
    assert.ok(answer.status >= 400 && answer.status < 500, `${JSON.stringify(manifest)}: ${answer.status} ${answer.text}`);
  };
  for (const address of [`javascript:${RUN}`, "data:text/html,x", "//evil.example", "https://bank.example@evil.example/", "https://evil.example/\\..", " https://evil.example"]) {
    await refused({ homepage: address });
    await refused({ source: address });
  }
  for (const injection of INJECTIONS) {
    await refused({ license: injection });
    await refused({ name: injection });
    await refused({ version: injection });
    await refused({ author_id: injection });
    for (const tenant of [injection, encodeURIComponent(injection)]) {
      const answer = await house.ask("POST", "/cp/api/v1/admin/marketplace/tokens", { tenant, scopes: ["browse"] }, house.tokens.operate);
      assert.equal(answer.status, 422, `a tenant called ${tenant}`);
    }
  }
  // Letters that turn a line around, or cannot be seen.
  for (const letter of ["\u202e", "\u200b", "\u0000", "\n"]) await refused({ title: `a${letter}b` });
});
