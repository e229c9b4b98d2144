/** Imported bars, and then what is folded of them: each step puts what the one before has read, and reads for the next. */
import { type ActorReply, refusal } from "../../actors/runtime/reply.ts";
import type { Call } from "../http/context.ts";
import { childBar, rowOf } from "../http/import-texts.ts";
import type { BarPut, BarPutReport, BarsOver } from "../ports.ts";
import { foldsOver, type Level } from "../quant/import-folds.ts";
import type { ImportTerms } from "../quant/imported-bar.ts";

/** Others that import the same symbol at the same moment make a fold stale; each time it is stale somebody else has got on. */
const FOLD_TRIES_MAX = 8;
const BUSY = {
  ...refusal("overloaded", "other imports of this symbol are under way; send the same again"),
  // The others need a moment.
  retryAfterMs: 1_000,
};

export type ImportSteps = Pick<BarPut, "symbol" | "source" | "rows"> & {
  readonly levels: readonly Level[];
  readonly terms: ImportTerms;
};
type Put = (asked: Omit<BarPut, "symbol" | "source">) => Promise<ActorReply<BarPutReport>>;

/** What became of the bars themselves. Where folds fail the same request mends them: it finds the bars unchanged and folds them again. */
export async function putWithFolds(
  c: Call,
  { symbol, source, rows, ...steps }: ImportSteps,
): Promise<ActorReply<BarPutReport>> {
  const { envelope, edge } = c.env;
  const put: Put = (asked) => edge.ports.imports.put(envelope, { symbol, source, ...asked });
  const imported = await put({ made: "import", rows, ...readOf(steps.levels[0]) });
  let read = imported;
  for (let tries = 0; tries < FOLD_TRIES_MAX; tries++) {
    if (!read.ok) return read;
    const folded = await putFolds(put, steps, read.value);
    if (!folded.ok) return folded;
    if (!folded.value.isStale) return imported;
    read = await put({ made: "import", rows: [], ...readOf(steps.levels[0]) });
  }
  return BUSY;
}

/** The last report: a stale one ends it. */
async function putFolds(
  put: Put,
  { levels, terms }: Pick<ImportSteps, "levels" | "terms">,
  first: BarPutReport,
): Promise<ActorReply<BarPutReport>> {
  let report = first;
  for (const [place, level] of levels.entries()) {
    const children = report.children.map((child) => childBar(child, terms));
    const rows = [...level.parents].flatMap(([resolution, spans]) =>
      foldsOver(children, spans).map((bar) => rowOf(resolution, bar, terms)),
    );
    const since = { ...overOf(level), stamp: report.stamp };
    const done = await put({ made: "fold", rows, since, ...readOf(levels[place + 1]) });
    if (!done.ok || done.value.isStale) return done;
    report = done.value;
  }
  return { ok: true, value: report };
}

const overOf = ({ from, stretches }: Level): BarsOver => ({ resolution: from, spans: stretches });
const readOf = (level: Level | undefined): { readonly read?: BarsOver } =>
  level === undefined ? {} : { read: overOf(level) };
