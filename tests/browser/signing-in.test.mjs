// Who one is: tokens, sessions, forms that nobody else can send, and accounts of an identity provider.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import test, { after, before, describe } from "node:test";
import { axe, fillToken, freePort, quiet, start } from "./house.mjs";
import { choose, comeBack, options, startProvider } from "./identity.mjs";

const SESSION = "marketplace_session";

/** The menu of whoever is signed in. */
const menu = (page, tenant = "home") => page.getByRole("banner").locator("summary").filter({ hasText: tenant });

const sessionOf = async (page) => (await page.context().cookies()).find(({ name }) => name === SESSION);

/** A browser without one: keeps cookies and the last form's key, and says what headers it likes. */
class Visitor {
  cookies = new Map();
  key = "";

  constructor(house) {
    this.house = house;
  }

  async ask(method, path, fields, headers = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const body = fields && new URLSearchParams(fields);
    const answer = await this.house.ask(method, path, body, null, { accept: "text/html", cookie, ...headers });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      value ? this.cookies.set(name, value) : this.cookies.delete(name);
    }
    this.key = /name="form_key" value="([^"]+)"/.exec(answer.text)?.[1] ?? this.key;
    return answer;
  }

  get = (path) => this.ask("GET", path);
  send = (path, fields = {}, headers = {}) => this.ask("POST", path, { form_key: this.key, ...fields }, headers);

  async signIn(token) {
    await this.get("/sign-in");
    const answer = await this.send("/sign-in", { token });
    assert.equal(answer.status, 303, answer.text);
    await this.get("/dashboard");
    return this;
  }

  isSignedIn = async () => (await this.get("/dashboard")).text.includes('action="/sign-out"');
}

describe("with a token", { concurrency: 2 }, () => {
  let house;
  before(async () => {
    house = await start();
  });

  for (const scripts of [true, false]) {
    test(`a wrong one is refused with a reason, a right one leads back to where one was, ${scripts ? "with" : "without"} scripts`, async (t) => {
      const page = await house.page(t, { scripts, statuses: [422] });
      await house.open(page, "/marketplace/themes?q=harbour");
      await page.getByRole("banner").getByRole("link", { name: "Sign in" }).click();
      await axe(page);
      const typo = house.tokens.install.slice(0, -1) + (house.tokens.install.endsWith("a") ? "b" : "a");
      for (const wrong of ["hunter2", typo]) {
        await fillToken(page, wrong);
        await page.getByRole("alert").filter({ hasText: "every letter counts" }).waitFor();
        assert.equal(await page.getByLabel("Token", { exact: true }).getAttribute("aria-invalid"), "true");
        assert.equal(await page.getByLabel("Token", { exact: true }).inputValue(), "", "a token is not sent back");
      }
      await axe(page);
      const made = await house.api("POST", "/cp/api/v1/admin/marketplace/tokens", { tenant: "home", scopes: ["install"] }, house.tokens.operate);
      await house.api("POST", `/cp/api/v1/admin/marketplace/tokens/${made.id}/revoke`, {}, house.tokens.operate);
      await fillToken(page, made.token);
      await page.getByRole("alert").filter({ hasText: "unknown, expired or revoked" }).waitFor();
      assert.equal(await sessionOf(page), undefined);

      await fillToken(page, house.tokens.install);
      await page.waitForURL(`${house.url}/marketplace/themes?q=harbour`);
      await quiet(page);
      await menu(page).waitFor();
    });

    test(`signing out ends the session, ${scripts ? "with" : "without"} scripts`, async (t) => {
      const page = await house.page(t, { scripts });
      await house.signIn(page, "install", "/dashboard");
      const session = await sessionOf(page);
      await menu(page).click();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByText("You are signed out.").waitFor();
      assert.equal(await sessionOf(page), undefined);
      // A copy of the cookie is worth nothing any more.
      await page.context().addCookies([session]);
      await house.open(page, "/dashboard");
      await page.getByRole("main").getByRole("link", { name: "Sign in" }).waitFor();
    });
  }

  test("a session ends with its token", async (t) => {
    const made = await house.api("POST", "/cp/api/v1/admin/marketplace/tokens", { tenant: "home", scopes: ["install"] }, house.tokens.operate);
    const page = await house.page(t);
    await house.signIn(page, made.token, "/dashboard");
    await menu(page).waitFor();
    await house.api("POST", `/cp/api/v1/admin/marketplace/tokens/${made.id}/revoke`, { reason: "lost" }, house.tokens.operate);
    await page.reload();
    await page.getByRole("main").getByRole("link", { name: "Sign in" }).waitFor();
    // What needs a scope asks who one is, and then goes on there.
    await house.open(page, "/marketplace/themes/harbour/install?version=1.0.0");
    assert.equal(new URL(page.url()).pathname, "/sign-in");
  });

  test("no script reads our cookies, and no other site sends them", async (t) => {
    const page = await house.page(t);
    await house.open(page, "/sign-in");
    await house.signIn(page, "install");
    const cookies = await page.context().cookies();
    const ours = cookies.filter(({ name }) => name.startsWith("marketplace_"));
    assert.ok(ours.some(({ name }) => name === SESSION));
    for (const { name, httpOnly, sameSite } of ours) assert.deepEqual([name, httpOnly, sameSite], [name, true, "Strict"]);
    assert.ok(!ours.some(({ value }) => house.tokens.install.includes(value)), "a cookie is no token");
    assert.equal(await page.evaluate(() => document.cookie), "");
  });

  test("a forged form is refused, and does nothing", async () => {
    const mine = await new Visitor(house).signIn(await house.token("forged", "browse", "install"));
    const another = await new Visitor(house).signIn(await house.token("others", "browse", "install"));
    const stranger = new Visitor(house);
    await stranger.get("/sign-in");
    const token = await house.token("forged", "browse", "install");
    const installed = async () => (await house.api("GET", "/api/v1/marketplace/installed", null, token)).installations?.length ?? 0;
    const forms = [
      ["/marketplace/themes/harbour/install", { version: "1.0.0", agreed: "yes" }],
      ["/appearance/scheme", { scheme: "dark" }],
      ["/sign-out", {}],
    ];
    for (const [path, fields] of forms) {
      const forged = {
        "no key": () => mine.ask("POST", path, fields),
        "an empty key": () => mine.send(path, { ...fields, form_key: "" }),
        rubbish: () => mine.send(path, { ...fields, form_key: "AAAA" }),
        "another person's key": () => mine.send(path, { ...fields, form_key: another.key }),
        "a visitor's key": () => mine.send(path, { ...fields, form_key: stranger.key }),
        "from another origin": () => mine.send(path, fields, { origin: "https://evil.example" }),
        "from nowhere that has a name": () => mine.send(path, fields, { origin: "null" }),
        "from another site": () => mine.send(path, fields, { "sec-fetch-site": "cross-site" }),
        "from another port": () => mine.send(path, fields, { "sec-fetch-site": "same-site", origin: house.url }),
      };
      for (const [how, send] of Object.entries(forged)) {
        const kept = new Map(mine.cookies);
        const key = mine.key;
        const answer = await send();
        assert.equal(answer.status, 403, `${path}, ${how}: ${answer.text}`);
        assert.match(answer.text, /stale_form/, `${path}, ${how}`);
        assert.deepEqual(mine.cookies, kept, `${path}, ${how}`);
        mine.key = key;
      }
    }
    assert.equal(await installed(), 0);
    assert.ok(await mine.isSignedIn());
    // As a browser sends it, it is taken: what was refused was refused for what was forged.
    const ours = { origin: house.url, "sec-fetch-site": "same-origin" };
    assert.equal((await mine.send("/appearance/scheme", { scheme: "dark" }, ours)).status, 303);
    assert.equal((await mine.send("/sign-out", {}, ours)).status, 303);
    assert.ok(!(await mine.isSignedIn()));
  });

  test("a form on another site's page does nothing in a real browser", async (t) => {
    const evil = createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end(`<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>A game</title><form method="post" action="${house.url}/sign-out"><button>Play</button></form>`);
    });
    await new Promise((done) => evil.listen(0, "127.0.0.1", done));
    t.after(() => evil.close());
    const elsewhere = `http://localhost:${evil.address().port}`;
    const page = await house.page(t, { also: [elsewhere], statuses: [403] });
    await house.signIn(page, "install", "/dashboard");
    await page.goto(elsewhere);
    await page.getByRole("button", { name: "Play" }).click();
    await page.getByRole("heading", { name: "Please send that again" }).waitFor();
    await axe(page);
    await house.open(page, "/dashboard");
    await menu(page).waitFor();
  });

  test("without an identity provider there is nothing of one", async (t) => {
    const page = await house.page(t, { statuses: [404] });
    await house.open(page, "/sign-in");
    assert.equal(await page.getByRole("link", { name: "Sign in with your account" }).count(), 0);
    for (const path of ["/sign-in/provider", "/sign-in/provider/callback?code=a&state=b"]) {
      assert.equal((await house.open(page, path)).status(), 404);
    }
  });
});

describe("with an account of an identity provider", { concurrency: 2 }, () => {
  let house, provider;
  before(async () => {
    const [port, theirs] = [await freePort(), await freePort()];
    const url = `http://127.0.0.1:${port}`;
    provider = await startProvider({ port: theirs, redirect: `${url}/sign-in/provider/callback` });
    house = await start({
      port,
      args: options(provider.issuer, url),
      env: {
        MARKETPLACE_OIDC_CLIENT_SECRET: provider.secret,
        RUST_LOG: "info,marketplace=trace,tower_http=trace,openidconnect=trace,oauth2=trace,reqwest=trace",
      },
    });
  });
  after(() => provider?.stop());

  const visit = (t, more = {}) => house.page(t, { also: [provider.issuer], ...more });
  const withAccount = (page) => page.getByRole("link", { name: "Sign in with your account" });

  for (const scripts of [true, false]) {
    test(`one goes there, comes back to where one was, and may what one's groups may, ${scripts ? "with" : "without"} scripts`, async (t) => {
      const page = await visit(t, { scripts });
      const back = [];
      page.on("response", (response) => {
        const url = new URL(response.url());
        if (url.pathname.endsWith("/callback")) back.push({ status: response.status(), code: url.searchParams.get("code"), headers: response.headers() });
      });
      await house.open(page, "/marketplace/themes/harbour");
      await page.getByRole("link", { name: "Sign in to install" }).click();
      await axe(page);
      await withAccount(page).click();
      const away = (await page.context().cookies()).find(({ name }) => name === "marketplace_sign_in");
      assert.deepEqual([away.httpOnly, away.sameSite, away.path], [true, "Lax", "/sign-in/provider"]);
      await choose(page, "ada");
      await page.waitForURL((url) => url.pathname === "/marketplace/themes/harbour");
      await page.getByRole("button", { name: "Install" }).waitFor();
      await house.open(page, "/dashboard");
      await menu(page).click();
      await page.getByText("signed in as ada").waitFor();
      await page.getByText("You may browse, install, moderate.").waitFor();
      await axe(page);

      // Not by a redirect: a cookie that is Strict would not come along.
      assert.equal(back.length, 1);
      assert.equal(back[0].status, 200);
      assert.equal(back[0].headers["referrer-policy"], "no-referrer");
      assert.ok(back[0].code && !house.log().includes(back[0].code), "a code is in no log");
      const cookies = await page.context().cookies(`${house.url}/sign-in/provider/callback`);
      assert.equal(cookies.find(({ name }) => name === "marketplace_sign_in"), undefined, "what was kept for it is gone");
      assert.equal(cookies.find(({ name }) => name === SESSION).sameSite, "Strict");
      // A code is good once, also for who is signed in.
      const again = await house.ask("GET", `/sign-in/provider/callback?code=${back[0].code}&state=x`, null, null, { accept: "text/html" });
      assert.equal(again.status, 400);
    });
  }

  test("it is a token like any other: listed, logged, and over when it is revoked", async (t) => {
    const page = await visit(t);
    await house.open(page, "/sign-in?next=/dashboard");
    await withAccount(page).click();
    await choose(page, "grace");
    await page.waitForURL(`${house.url}/dashboard`);
    await menu(page).click();
    // What a person is called elsewhere is a stranger's text.
    await page.getByText("signed in as grace <img src=x onerror=alert(1)>").waitFor();
    await page.getByText("You may browse, install.").waitFor();

    const { tokens } = await house.api("GET", "/cp/api/v1/admin/marketplace/tokens?tenant=home&limit=100", null, house.tokens.operate);
    const token = tokens.find(({ label }) => label.startsWith("signed in as grace"));
    assert.deepEqual([...token.scopes].sort(), ["browse", "install"]);
    const hours = (Date.parse(token.expires_at) - Date.now()) / 3_600_000;
    assert.ok(hours > 11.9 && hours <= 12, `${hours} hours`);
    const { events } = await house.api("GET", "/cp/api/v1/admin/marketplace/audit?action=token.created&limit=100", null, house.tokens.operate);
    const event = events.find(({ details }) => details.token === token.id);
    assert.deepEqual(event.details.signed_in, { issuer: provider.issuer, subject: "grace" });

    await house.api("POST", `/cp/api/v1/admin/marketplace/tokens/${token.id}/revoke`, {}, house.tokens.operate);
    await page.reload();
    await page.getByRole("main").getByRole("link", { name: "Sign in" }).waitFor();
  });

  test("who is in no granted group is told so, and may still use a token", async (t) => {
    const page = await visit(t, { statuses: [403] });
    await house.open(page, "/sign-in?next=/dashboard");
    await withAccount(page).click();
    await choose(page, "mallory");
    const why = page.getByRole("alert");
    await why.filter({ hasText: "none of your groups may use this marketplace" }).waitFor();
    await axe(page);
    assert.equal(await sessionOf(page), undefined);
    await fillToken(page, house.tokens.install);
    await page.waitForURL(`${house.url}/dashboard`);
    await menu(page).waitFor();
  });

  test("what the provider says instead is shown as text", async (t) => {
    const page = await visit(t, { statuses: [403] });
    await house.open(page, "/sign-in");
    await withAccount(page).click();
    await page.getByRole("button", { name: "Refuse" }).click();
    await page.getByRole("alert").filter({ hasText: "Not <script>today</script>" }).waitFor();
    assert.equal(await sessionOf(page), undefined);
    // The address of this page is no place to come back to.
    assert.equal(await page.getByRole("banner").getByRole("link", { name: "Sign in" }).getAttribute("href"), "/sign-in?next=%2Fmarketplace");
  });

  test("who was not sent by this browser is not signed in", async (t) => {
    const mine = await visit(t, { statuses: [400] });
    // Somebody signs in, and hands on the address that it ends with.
    const begun = await house.ask("GET", "/sign-in/provider", null, null, { accept: "text/html" });
    const handed = await comeBack(begun.headers.get("location"), "ada");
    assert.equal(new URL(handed).pathname, "/sign-in/provider/callback");
    const asked = provider.asked.filter((line) => line.endsWith("/token")).length;
    // Whoever is in the middle of signing in, and whoever is not.
    for (const before of [null, "/sign-in/provider"]) {
      if (before) await mine.goto(house.url + before);
      const response = await mine.goto(handed);
      assert.equal(response.status(), 400);
      await mine.getByRole("alert").filter({ hasText: "not begun in this browser" }).waitFor();
      assert.equal(await sessionOf(mine), undefined);
    }
    assert.equal(provider.asked.filter((line) => line.endsWith("/token")).length, asked, "the code was not even tried");
  });

  test("nobody is sent on to another site", async (t) => {
    const page = await visit(t);
    for (const elsewhere of ["https://evil.example/", "//evil.example", "/\\evil.example", "/sign-in/provider"]) {
      await page.goto(`${house.url}/sign-in/provider?next=${encodeURIComponent(elsewhere)}`);
      // The provider knows who it is after the first time.
      if (page.url().startsWith(provider.issuer)) await choose(page, "ada");
      await page.waitForURL(`${house.url}/marketplace`);
    }
  });
});

test("a provider that is down is said to be, and tokens go on working", async (t) => {
  const [port, nobody] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const house = await start({ port, args: options(`http://localhost:${nobody}`, url) });
  const page = await house.page(t, { statuses: [503] });
  await house.open(page, "/sign-in?next=/dashboard");
  await page.getByRole("link", { name: "Sign in with your account" }).click();
  await page.getByRole("alert").filter({ hasText: "The identity provider does not answer" }).waitFor();
  await axe(page);
  await fillToken(page, house.tokens.install);
  await page.waitForURL(`${house.url}/dashboard`);
  await menu(page).waitFor();
  // Nothing else waits for it.
  const before = Date.now();
  assert.equal((await house.ask("GET", "/marketplace")).status, 200);
  assert.ok(Date.now() - before < 2_000);
});

test("over HTTPS, cookies travel over nothing else", async () => {
  const house = await start({ args: ["--public-url", "https://market.example.org"] });
  const visitor = new Visitor(house);
  const lines = [];
  const ask = visitor.ask;
  visitor.ask = async (...what) => {
    const answer = await ask.apply(visitor, what);
    lines.push(...answer.headers.getSetCookie());
    return answer;
  };
  await visitor.signIn(house.tokens.install);
  assert.ok(lines.some((line) => line.startsWith(`${SESSION}=`)));
  for (const line of lines) assert.match(line, /; Secure/, line);
});
