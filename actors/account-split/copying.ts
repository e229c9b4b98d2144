/** Fence, drain and copy: what of a move can still be undone. */
import type { PartsMove } from "../risk-shard/parts-messages.ts";
import type { Clock } from "../runtime/clock.ts";
import { TookTooLong } from "../runtime/within.ts";
import type { SplitEvent } from "./events.ts";
import { COPY_MS_MAX, TRIES_MAX } from "./limits.ts";
import type { Parts } from "./part-calls.ts";
import type { MoveUnderWay, SplitPlan } from "./state.ts";

type Copying = { readonly parts: Parts; readonly clock: Clock };

/** Everything stands apart at the other part, or the move is given up. Never throws. */
export async function copied(
  { parts, clock }: Copying,
  plan: SplitPlan,
  move: PartsMove,
  { at }: MoveUnderWay,
): Promise<SplitEvent> {
  const left = (): number => {
    const ms = COPY_MS_MAX - (clock.now() - at);
    if (ms <= 0) throw new TookTooLong(`not copied within ${COPY_MS_MAX} ms`);
    return ms;
  };
  const givenUp = (reason: string, ends: boolean): SplitEvent => ({
    kind: "split-move-given-up",
    move: move.id,
    reason,
    ends,
    at: clock.now(),
  });
  try {
    const { blockers, symbols } = await parts.ask(move.from, { type: "fence", move }, left());
    if (blockers.length > 0) return givenUp(inWords(blockers), true);
    const pages = await copyPages(parts, move, left);
    return { kind: "split-move-cut", move: move.id, pages, symbols: symbols.length, at: clock.now() };
  } catch (error) {
    return givenUp(reasonOf(error), plan.batch === 1 && plan.tries + 1 >= TRIES_MAX);
  }
}

async function copyPages(parts: Parts, move: PartsMove, left: () => number): Promise<number> {
  let after: string | undefined;
  let pages = 0;
  for (;;) {
    const asked = { type: "export", move: move.id, ...(after === undefined ? {} : { after }) } as const;
    const { page, next } = await parts.ask(move.from, asked, left());
    // A part may look through much that stays where it is: that is a page with nothing in it.
    if (page !== NOTHING || next === undefined)
      await parts.ask(move.to, { type: "import", move, number: pages++, page }, left());
    if (next === undefined) return pages;
    after = next;
  }
}

const NOTHING = "[]";

const inWords = (blockers: readonly { readonly path: string; readonly code: string }[]): string =>
  blockers
    .map(({ path, code }) => `${code} ${path}`)
    .join(", ")
    .slice(0, REASON_UNITS_MAX);

export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, REASON_UNITS_MAX);

/** For a person to read, and part of a row. */
const REASON_UNITS_MAX = 500;
