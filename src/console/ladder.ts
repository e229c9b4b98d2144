/** The nearest levels of a book as rungs: how much stands up to each price, against the most that is shown. */
import type { DepthReply } from "../contracts/depth.ts";

export type Rung = {
  readonly price: string;
  readonly size: string;
  /** What stands from the touch to here, of the larger side's; 0 to 1. For a bar's width alone. */
  readonly share: number;
};
/** Both best first. */
export type Ladder = { readonly bids: readonly Rung[]; readonly asks: readonly Rung[] };

export function ladderOf({ bids, asks }: Pick<DepthReply, "bids" | "asks">, rungs: number): Ladder {
  const [bidSums, askSums] = [sumsOf(bids.slice(0, rungs)), sumsOf(asks.slice(0, rungs))];
  const most = Math.max(bidSums.at(-1) ?? 0, askSums.at(-1) ?? 0);
  const side = (levels: DepthReply["bids"], sums: readonly number[]): Rung[] =>
    sums.map((sum, index) => ({
      price: levels[index]?.[0] ?? "",
      size: levels[index]?.[1] ?? "",
      share: most === 0 ? 0 : sum / most,
    }));
  return { bids: side(bids, bidSums), asks: side(asks, askSums) };
}

function sumsOf(levels: DepthReply["bids"]): number[] {
  let sum = 0;
  return levels.map(([, size]) => {
    sum += Number(size);
    return sum;
  });
}
