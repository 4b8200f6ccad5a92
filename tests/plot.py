"""Draws what the benchmark of installs measured: plot.py install.json install.svg"""

import json
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plot


def main(source: str, target: str) -> None:
    with open(source, encoding="utf-8") as file:
        measured = json.load(file)
    rows = measured["rows"]
    figure, axes = plot.subplots(1, len(rows), figsize=(3.2 * len(rows), 4.2))
    for axis, row in zip(axes, rows):
        bars = {
            "sha256sum,\nunpack, sync": (row["theirs_ms"], "#9aa5b1"),
            "install": (row["ours_ms"], "#2f6f9f"),
            "install, there\nalready": (row["again_ms"], "#e07b39"),
        }
        drawn = axis.bar(list(bars), [ms for ms, _ in bars.values()], color=[color for _, color in bars.values()])
        axis.bar_label(drawn, labels=[f"{ms:.0f} ms" if ms >= 10 else f"{ms:.1f} ms" for ms, _ in bars.values()])
        axis.set_title(f"{row['name']}\n{row['theirs_ms'] / row['ours_ms']:.1f} times as fast", fontsize=10)
        axis.tick_params(axis="x", labelsize=8)
        axis.spines[["top", "right"]].set_visible(False)
        axis.margins(y=0.15)
    axes[0].set_ylabel("milliseconds, median; less is better")
    memory = measured.get("memory")
    caption = f"on {measured['on']}"
    if memory:
        above = (memory["peak_kib"] - memory["idle_kib"]) / 1024
        caption += f"; a package of {memory['package_bytes'] >> 20} MiB takes {above:.0f} MiB above an idle server"
    figure.text(0.5, 0.01, caption, ha="center", fontsize=8)
    figure.tight_layout(rect=(0, 0.03, 1, 1))
    figure.savefig(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
