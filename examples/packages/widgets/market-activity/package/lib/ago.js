const UNITS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
];

/** A span of milliseconds, in its largest whole unit. */
export function ago(milliseconds) {
  const unit = UNITS.find(([length]) => milliseconds >= length);
  return unit ? `${Math.floor(milliseconds / unit[0])} ${unit[1]}` : "now";
}
