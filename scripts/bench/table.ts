/** Rows of the benchmark, as people read them and as programs do. */

/** What is to be reached: a ratio (ours / limit) or, where there is no limit, a value. */
export type Target = { readonly atLeast: number } | { readonly atMost: number } | undefined;

export type Row = {
  /** `order-http`, and `order-http.p50` for a second figure of the same row. */
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  /** Undefined where nothing stands beside it. */
  readonly limit?: number;
  readonly target?: Target;
  /** The target is about the value and not about the ratio. */
  readonly absolute?: boolean;
  readonly note?: string;
};

export type RowObject = {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  readonly limit: number | null;
  readonly ratio: number | null;
  readonly target: string | null;
};

export const ratioOf = ({ value, limit }: Row): number | undefined =>
  limit === undefined ? undefined : value / limit;

/** Undefined where nothing is to be reached. */
export function reached(row: Row): boolean | undefined {
  const measured = row.absolute === true ? row.value : ratioOf(row);
  if (row.target === undefined || measured === undefined) return undefined;
  return "atLeast" in row.target ? measured >= row.target.atLeast : measured <= row.target.atMost;
}

export function targetText({ target, absolute, unit }: Row): string | undefined {
  if (target === undefined) return undefined;
  const suffix = absolute === true ? ` ${unit}` : "";
  return "atLeast" in target ? `≥ ${target.atLeast}${suffix}` : `≤ ${target.atMost}${suffix}`;
}

export const rowObject = (row: Row): RowObject => ({
  id: row.id,
  value: rounded(row.value),
  unit: row.unit,
  limit: row.limit === undefined ? null : rounded(row.limit),
  ratio: row.limit === undefined ? null : rounded(row.value / row.limit),
  target: targetText(row) ?? null,
});

export function tableText(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? "").length)));
  const lines = cells.map((row) => row.map((cell, column) => padded(cell, widths[column] ?? 0, column)));
  return `${lines.map((line) => line.join("  ").trimEnd()).join("\n")}\n`;
}

const HEAD = ["id", "ours", "limit", "unit", "ratio", "target", "", "note"];
/** Numbers stand at the right. */
const NUMERIC = new Set([1, 2, 4]);

function cellsOf(row: Row): string[] {
  const ratio = ratioOf(row);
  const verdict = reached(row);
  return [
    row.id,
    figure(row.value),
    row.limit === undefined ? "–" : figure(row.limit),
    row.unit,
    ratio === undefined ? "–" : ratio.toFixed(2),
    targetText(row) ?? "–",
    verdict === undefined ? "" : verdict ? "pass" : "MISS",
    row.note ?? "",
  ];
}

const padded = (cell: string, width: number, column: number): string =>
  NUMERIC.has(column) ? cell.padStart(width) : cell.padEnd(width);

/** Four digits that matter; thousands are set apart. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude >= 1_000) return Math.round(value).toLocaleString("en-US");
  return magnitude >= 100 ? value.toFixed(0) : magnitude >= 1 ? value.toFixed(2) : value.toPrecision(3);
}

const rounded = (value: number): number => Number(value.toPrecision(6));
