/** Names of series whose bars end by what was traded: `100T` trades, `2.5V` volume, `1000000N` notional value, `0.5R` renko bricks. */
export const SERIES_KINDS = ["trades", "volume", "value", "renko"] as const;
export type SeriesKind = (typeof SERIES_KINDS)[number];

/** A number is written in one way only, since a name is a series: no leading zeros, and none behind the last decimal. */
export const SERIES_PATTERN = /^((?:0|[1-9]\d{0,14})(?:\.\d{0,17}[1-9])?)([TVNR])$/;

const KINDS: Readonly<Record<string, SeriesKind>> = { T: "trades", V: "volume", N: "value", R: "renko" };

/** What a name means, whatever the instrument. */
export function seriesName(series: string): { readonly kind: SeriesKind; readonly size: string } | undefined {
  const [, size, letter] = SERIES_PATTERN.exec(series) ?? [];
  const kind = KINDS[letter ?? ""];
  return size === undefined || kind === undefined ? undefined : { kind, size };
}
