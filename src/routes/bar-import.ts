/** History from elsewhere: rows are read and judged, the symbol hears that there is history, Postgres takes what is not the symbol's own. */
import { type ActorReply, answer, refusal } from "../../actors/runtime/reply.ts";
import { type ImportReply, postBars } from "../contracts/bar-import.ts";
import type { Resolution } from "../domain/bar.ts";
import { onSymbol } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import { importRows } from "../http/import-rows.ts";
import { rowOf } from "../http/import-texts.ts";
import { type JudgedRow, judgeRows, widthOf } from "../http/judged-rows.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";
import { barCalendarOf } from "../quant/bar-calendar.ts";
import { daysMax, daysTouched, levelsOver, newestOf } from "../quant/import-folds.ts";
import type { ImportTerms } from "../quant/imported-bar.ts";
import { putWithFolds } from "./bar-folding.ts";

export function barImportRoutes(mount: Mount): void {
  mount.bulk(postBars, async (c, { params: { symbol }, query, text, media }) => {
    const read = importRows(text, media, query);
    if (!read.ok) return read;
    const resolution = widthOf(query.resolution, read.value);
    if (resolution === undefined) return NO_WIDTH;
    const terms = await termsOf(c, symbol, resolution);
    if (!terms.ok) return terms;
    const { rows, rejected } = judgeRows(read.value, terms.value);
    const put = await takeRows(c, { symbol, source: query.source }, terms.value, rows);
    if (!put.ok) return put;
    const reply: ImportReply = { accepted: rows.length, ...put.value, rejected: [...rejected] };
    return answer(JSON.stringify(reply));
  });
}

const NO_WIDTH = {
  ...refusal("invalid", "the width of the bars is not told"),
  errors: [{ path: "resolution", code: "required", detail: "in the query, or in a column" }],
};
type Taken = Pick<ImportReply, "inserted" | "revised" | "unchanged" | "kept">;

async function termsOf(c: Call, symbol: string, resolution: Resolution): Promise<ActorReply<ImportTerms>> {
  const found = await c.env.edge.known.named(c.env.envelope, [symbol]);
  if (!found.ok) return found;
  const [instrument] = found.value;
  if (instrument === undefined) return refusal("symbol-unknown");
  const { priceScale, sizeScale } = instrument;
  const calendar = barCalendarOf(instrument);
  return answer({ resolution, calendar, priceScale, sizeScale, now: c.env.edge.clock.now() });
}

async function takeRows(
  c: Call,
  { symbol, source }: { readonly symbol: string; readonly source: string },
  terms: ImportTerms,
  judged: readonly JudgedRow[],
): Promise<ActorReply<Taken>> {
  const { resolution, calendar, now } = terms;
  const starts = judged.map(({ bar }) => bar.start);
  const newest = starts.at(-1);
  if (newest === undefined) return answer({ inserted: 0, revised: 0, unchanged: 0, kept: 0 });
  if (daysTouched(calendar, starts) > daysMax(resolution))
    return refusal(
      "too-many-items",
      `bars of this width lie in at most ${daysMax(resolution)} days in a request`,
    );
  const until = newestOf(resolution, calendar, newest);
  const told = await onSymbol(c, symbol, (actor, envelope) =>
    sinceDeploy("importing", () => actor.importing(envelope, until)),
  );
  if (!told.ok) return told;
  const own = told.value;
  const ours = judged.filter(({ bar }) => bar.start < (own[resolution] ?? Number.POSITIVE_INFINITY));
  const rows = ours.map(({ bar, rev }) => rowOf(resolution, bar, terms, rev));
  const levels = levelsOver({ resolution, calendar, now, own, starts: ours.map(({ bar }) => bar.start) });
  const put = await putWithFolds(c, { symbol, source, rows, levels, terms });
  if (!put.ok) return put;
  const { inserted, revised, unchanged, kept } = put.value;
  return answer({ inserted, revised, unchanged, kept: kept + judged.length - ours.length });
}
