import { createElement as h, useEffect, useState } from "react";
import { subscribe, useRefresh, useSettings } from "@marketplace/widget";
import { ago } from "./lib/ago.js";

const VERBS = { installed: "Installed", updated: "Updated", removed: "Removed" };
const COLORS = {
  installed: "var(--color-success, #217a3c)",
  updated: "var(--color-accent, #2b6cb0)",
  removed: "var(--color-text-muted, #5a6472)",
};

/** Every event is `{action, title, at}`, with `at` in milliseconds since 1970. */
function useEvents(count) {
  const [events, setEvents] = useState([]);
  useEffect(
    () => subscribe("marketplace.activity", (event) => setEvents((old) => [event, ...old].slice(0, count))),
    [count],
  );
  return events;
}

function Line({ event, now }) {
  return h(
    "li",
    { style: { display: "flex", gap: "0.5rem", alignItems: "baseline", padding: "0.3rem 0" } },
    h("span", { style: { color: COLORS[event.action] } }, VERBS[event.action] ?? "Changed"),
    h("strong", { style: { flex: 1, overflow: "hidden", textOverflow: "ellipsis" } }, event.title),
    h("time", { style: { color: "var(--color-text-muted, #5a6472)" } }, ago(now - event.at)),
  );
}

export function MarketActivity() {
  const { count = 8 } = useSettings();
  const events = useEvents(count);
  // Drawn again with every refresh, so that "2 min" does not stay "2 min".
  useRefresh();
  if (events.length === 0) {
    return h("p", { style: { color: "var(--color-text-muted, #5a6472)" } }, "Nothing has changed yet.");
  }
  const now = Date.now();
  return h(
    "ol",
    { style: { listStyle: "none", margin: 0, padding: 0, fontFamily: "var(--font-body, system-ui, sans-serif)" } },
    events.map((event) => h(Line, { key: `${event.at}-${event.title}`, event, now })),
  );
}
