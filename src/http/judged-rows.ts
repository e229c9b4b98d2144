/** Rows of an import as bars of ours: all of one width, each over and whole by itself, none twice. */
import type { Resolution } from "../domain/bar.ts";
import { type ImportTerms, judgeBar, type ScaledBar } from "../quant/imported-bar.ts";
import type { ImportRows, Rejected } from "./import-rows.ts";

export type JudgedRow = { readonly bar: ScaledBar; readonly rev: number | null };
/** Ascending by start. */
export type JudgedRows = { readonly rows: readonly JudgedRow[]; readonly rejected: readonly Rejected[] };

/** The query's width, else that of the first row that names one. */
export const widthOf = (asked: Resolution | undefined, { rows }: ImportRows): Resolution | undefined =>
  asked ?? rows.find(({ bar }) => bar.resolution !== undefined)?.bar.resolution;

export function judgeRows(read: ImportRows, terms: ImportTerms): JudgedRows {
  const byStart = new Map<number, JudgedRow>();
  const rejected = [...read.rejected];
  for (const { index, bar: given } of read.rows) {
    const judged =
      (given.resolution ?? terms.resolution) === terms.resolution ? judgeBar(given, terms) : OTHER_WIDTH;
    if (!judged.ok) rejected.push({ index, code: judged.code, detail: judged.detail });
    else if (byStart.has(judged.bar.start)) rejected.push({ index, ...TWICE });
    else byStart.set(judged.bar.start, { bar: judged.bar, rev: given.rev ?? null });
  }
  return {
    rows: [...byStart.values()].sort((one, other) => one.bar.start - other.bar.start),
    rejected: rejected.sort((one, other) => one.index - other.index),
  };
}

const OTHER_WIDTH = {
  ok: false,
  code: "field-combination",
  detail: "a request holds bars of one width",
} as const;
const TWICE = { code: "duplicate-bar", detail: "a row before it is the same bar" };
