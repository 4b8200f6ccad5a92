import { createElement as h, memo } from "react";

const WIDTH = 120;
const HEIGHT = 32;

/** A curve of percentages, newest at the right, with the area below it tinted. */
export const Sparkline = memo(function Sparkline({ values, capacity, color, label }) {
  const step = WIDTH / (capacity - 1);
  const start = WIDTH - (values.length - 1) * step;
  const points = values.map((value, i) => [start + i * step, HEIGHT - 1 - (value / 100) * (HEIGHT - 2)]);
  const line = points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  return h(
    "svg",
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": `${label}, last ${values.length} values`,
      style: { flex: 1, width: "100%", minHeight: "2rem" },
    },
    points.length > 1 &&
      h("path", { d: `${line}L${WIDTH} ${HEIGHT}L${start.toFixed(1)} ${HEIGHT}Z`, fill: color, opacity: 0.15 }),
    points.length > 1 &&
      h("path", { d: line, fill: "none", stroke: color, strokeWidth: 1.5, vectorEffect: "non-scaling-stroke" }),
  );
});
