// Keeps style and icon, and shows a page of ours when the server cannot be reached. The server writes the line above,
// which says where the files of this version are.

const FILES = [`${ASSETS}style.css`, `${ASSETS}icon.svg`];

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(ASSETS).then((cache) => cache.addAll(FILES)));
});

addEventListener("activate", (event) => {
  // Files of other versions are nobody's any more.
  const forget = async () => Promise.all((await caches.keys()).filter((name) => name !== ASSETS).map((name) => caches.delete(name)));
  event.waitUntil(forget());
});

const page = () =>
  new Response(
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Offline · Marketplace</title><link rel="stylesheet" href="${ASSETS}style.css"></head>
<body><main class="offline"><div class="empty stack"><h1>The server cannot be reached</h1>
<p>Either it is not running, or this device is offline. What is installed goes on working.</p>
<p class="row"><a class="button primary" href="">Try again</a></p></div></main></body></html>`,
    { status: 503, headers: { "content-type": "text/html; charset=utf-8" } },
  );

addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate") event.respondWith(fetch(event.request).catch(page));
  else if (FILES.some((file) => event.request.url.endsWith(file))) {
    event.respondWith(caches.match(event.request).then((kept) => kept ?? fetch(event.request)));
  }
});
