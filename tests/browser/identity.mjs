// An identity provider of our own, certified for OpenID Connect, with three people in it.

import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

/** Who has an account. Whoever knows a name is that person: this provider is nobody's but ours. */
const PEOPLE = {
  ada: { name: "Ada Lovelace", groups: ["staff", "editors"] },
  grace: { preferred_username: "grace <img src=x onerror=alert(1)>", name: "Grace Hopper", groups: ["staff"] },
  mallory: { name: "Mallory", groups: ["visitors"] },
};

export const CLIENT = { id: "marketplace", secret: "a secret of nobody but this test" };

/** `localhost`, where the marketplace is at `127.0.0.1`: to a browser those are two sites, as they are in life. */
const address = (port) => `http://localhost:${port}`;

/** A provider that lets people come back to `redirect`. Its keys are made anew at each start. */
export async function startProvider({ port, redirect }) {
  const issuer = address(port);
  const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirect], response_types: ["code"], grant_types: ["authorization_code"] }],
    jwks: { keys: [{ ...key, use: "sig", alg: "RS256", kid: randomUUID() }] },
    cookies: { keys: [randomUUID()] },
    claims: { openid: ["sub"], profile: ["name", "preferred_username"], groups: ["groups"] },
    // A code without a proof of who asked for it is worth nothing.
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/who/${uid}` },
    findAccount: (_, id) => (PEOPLE[id] ? { accountId: id, claims: () => ({ sub: id, preferred_username: id, ...PEOPLE[id] }) } : undefined),
    // Nobody is asked whether the marketplace may know who they are.
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope("openid profile groups");
      await grant.save();
      return grant;
    },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
  });
  const asked = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, issuer);
    asked.push(`${request.method} ${pathname}`);
    if (!pathname.startsWith("/who/")) return provider.callback()(request, response);
    if (request.method === "GET") {
      response.setHeader("content-type", "text/html; charset=utf-8");
      return response.end(`<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Provider</title><form method="post"><label>Account <input name="account"></label>
        <button>Continue</button> <button name="refuse" value="yes">Refuse</button></form>`);
    }
    let body = "";
    for await (const piece of request) body += piece;
    const { account, refuse } = Object.fromEntries(new URLSearchParams(body));
    const result = refuse
      ? { error: "access_denied", error_description: "Not <script>today</script>" }
      : { login: { accountId: account } };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  });
  await new Promise((done, failed) => server.once("error", failed).listen(port, "127.0.0.1", done));
  return {
    issuer,
    secret: CLIENT.secret,
    /** What it was asked, method and path. */
    asked,
    stop: () => new Promise((done) => (server.close(done), server.closeAllConnections())),
  };
}

/** Says who one is, on the provider's page. */
export async function choose(page, account) {
  await page.getByLabel("Account").fill(account);
  await page.getByRole("button", { name: "Continue" }).click();
}

/** Signs in there without a browser; gives back the address that a browser would be sent to. */
export async function comeBack(address, account) {
  const cookies = new Map();
  const ask = async (to, body) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(to, { method: body ? "POST" : "GET", redirect: "manual", headers: { cookie }, body: body && new URLSearchParams(body) });
    for (const line of response.headers.getSetCookie()) cookies.set(...line.split(";")[0].split(/=(.*)/s, 2));
    return new URL(response.headers.get("location"), address).href;
  };
  const question = await ask(address);
  return ask(await ask(question, { account }));
}

/** The options of a marketplace that trusts it. */
export const options = (issuer, url) => [
  ...["--public-url", url, "--oidc-issuer", issuer, "--oidc-client-id", CLIENT.id, "--oidc-tenant", "home"],
  ...["--oidc-grant", "staff=browse,install", "--oidc-grant", "editors=moderate"],
];
