/** Candles in their public shape, folded: of pieces that Postgres and a strategy have told, each a part of some span. */
import { MONEY_SCALE } from "../../domain/money.ts";
import { type Foldable, rollUp } from "./roll-up.ts";
import type { CandleSpans, M2mWidth } from "./widths.ts";

/** `t` is where a minute or a piece starts; whatever else a candle says comes along as it is at the close. */
export type ShownCandle = Foldable<string> & { readonly t: number };

/** Ascending pieces as candles of that width, ascending. A candle that is all there stays as it is. */
export function foldedShown<Candle extends ShownCandle>(
  pieces: readonly Candle[],
  spans: CandleSpans,
  width: M2mWidth,
): Candle[] {
  const groups = Map.groupBy(pieces, ({ t }) => spans.of(width, t).start);
  return [...groups].flatMap(([t, group]) => {
    const folded = rollUp<string, Candle>(group, isAbove);
    return folded === undefined ? [] : [{ ...folded, t }];
  });
}

const isAbove = (one: string, other: string): boolean => unitsOf(one) > unitsOf(other);

/** Decimal text of money; its sums have no bound of digits. */
function unitsOf(text: string): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(MONEY_SCALE, "0"));
}
