import { createElement as h, useEffect, useState } from "react";
import { useSettings, useTopic } from "@marketplace/widget";
import { Sparkline } from "./sparkline.js";

const KEEP = 60;

/** The last values, oldest first. A topic carries a percentage, or an object that holds one. */
function useHistory(value) {
  const [history, setHistory] = useState([]);
  useEffect(() => {
    const percent = typeof value === "number" ? value : value?.percent;
    if (Number.isFinite(percent)) {
      setHistory((old) => [...old, Math.min(100, Math.max(0, percent))].slice(-KEEP));
    }
  }, [value]);
  return history;
}

function Meter({ label, history, warnAt }) {
  const now = history.at(-1);
  const color = now > warnAt ? "var(--color-warning, #b35900)" : "var(--color-accent, #2b6cb0)";
  return h(
    "section",
    { style: { flex: "1 1 8rem", minWidth: 0, display: "flex", flexDirection: "column", gap: "0.25rem" } },
    h(
      "header",
      { style: { display: "flex", justifyContent: "space-between", alignItems: "baseline" } },
      h("span", { style: { color: "var(--color-text-muted, #5a6472)", fontSize: "0.8rem" } }, label),
      h(
        "output",
        { style: { fontVariantNumeric: "tabular-nums", fontSize: "1.25rem", fontWeight: 600 } },
        now === undefined ? "–" : `${Math.round(now)} %`,
      ),
    ),
    h(Sparkline, { values: history, capacity: KEEP, color, label }),
  );
}

export default function SystemPulse() {
  const { warnAt = 85 } = useSettings();
  const cpu = useHistory(useTopic("metrics.cpu"));
  const memory = useHistory(useTopic("metrics.memory"));
  return h(
    "div",
    {
      style: {
        display: "flex",
        flexWrap: "wrap",
        gap: "1rem",
        height: "100%",
        color: "var(--color-text, #1c232b)",
        fontFamily: "var(--font-body, system-ui, sans-serif)",
      },
    },
    h(Meter, { label: "Processor", history: cpu, warnAt }),
    h(Meter, { label: "Memory", history: memory, warnAt }),
  );
}
