/** Candles, or the pieces that they are put together from, out of minutes that Postgres keeps. */
import { type ActorReply, answer } from "../../../actors/runtime/reply.ts";
import type { M2mCandleObject } from "../../contracts/strategies.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/time.ts";
import type { HistoryPage, M2mFold } from "../../ports.ts";
import { foldedShown } from "../../quant/m2m/shown-fold.ts";
import { type CandleSpans, type WideWidth, widthMs } from "../../quant/m2m/widths.ts";

export type Folds = (fold: M2mFold) => Promise<ActorReply<HistoryPage>>;

/** Days of a calendar are folded from half hours, on which all of them begin: so many rows at a time are some 2 MB. */
const PIECE_MS = 30 * MINUTE_MS;
const PIECES_MAX = 8_000;

type Asked = { readonly from?: number; readonly before: number; readonly limit: number };
type Pieces = Promise<ActorReply<readonly M2mCandleObject[]>>;

/** Of at least so many candles, the oldest of them whole. */
export async function piecesOf(spans: CandleSpans, width: WideWidth, asked: Asked, folds: Folds): Pieces {
  const onClock = widthMs(width) ?? (spans.isPlain ? DAY_MS : undefined);
  if (onClock !== undefined) {
    const page = await folds({ ...asked, widthMs: onClock });
    return page.ok ? answer(page.value.map(candleOf)) : page;
  }
  let pieces: M2mCandleObject[] = [];
  let before = asked.before;
  for (;;) {
    const page = await folds({ ...asked, before, limit: PIECES_MAX, widthMs: PIECE_MS });
    if (!page.ok) return page;
    pieces = [...page.value.map(candleOf), ...pieces];
    const days = foldedShown(pieces, spans, width).length;
    const [first] = pieces;
    // The first day may go on before the first piece.
    if (page.value.length < PIECES_MAX || first === undefined || days > asked.limit) return answer(pieces);
    before = first.t;
  }
}

// SAFETY: a row of our own actors or of Postgres, in the public shape.
export const candleOf = (row: string): M2mCandleObject => JSON.parse(row) as M2mCandleObject;
