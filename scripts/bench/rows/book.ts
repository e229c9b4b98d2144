/** [book] Updates of an order book and costs of a sweep a second on one core, beside what is least that does it. In Node, without a platform. */
import { BOOK_SIDES, Book, type BookSideName } from "../../../src/quant/book/book.ts";
import type { DepthChange } from "../../../src/quant/book/depth-change.ts";
import { StitchedBook } from "../../../src/quant/book/stitch.ts";
import { sweepCost, sweepSize } from "../../../src/quant/depth/sweep.ts";
import type { Touch } from "../../../src/quant/depth/touch.ts";
import type { Bench } from "../context.ts";
import { BareBook } from "../limits/bare-book.ts";
import { alternate, median } from "../rounds.ts";
import { figure, type Row } from "../table.ts";

const ROUNDS = 7;
/** Of each side: tens of milliseconds, far above what a clock cannot tell. */
const UPDATES = 200_000;
const SWEEPS = 100_000;
/** Levels of one message. On the tape of Binance that we tried a message has 36. */
const LEVELS_OF_A_CHANGE = 36;
const LEVELS = 1_000;
const SEED = 7;
/** Of the touch in the middle of both sides. */
const MIDDLE = 6_000_000;
const SCALES = { priceScale: 2, sizeScale: 5 };

/** Side, price and size by turns; two fifths take a level away. */
type Updates = { readonly sides: readonly BookSideName[]; readonly flat: Float64Array };
type Sides = { readonly ours: () => unknown; readonly limit: () => unknown };

export async function book(bench: Bench): Promise<Row[]> {
  const near = updatesOf((random) => Math.floor(-Math.log(1 - random()) * 30));
  const far = updatesOf((random) => Math.floor(random() * LEVELS * 1.4));
  const rows = [
    await measured("book", UPDATES, updatesInto(near), "updates/s", "near the touch; limit: sorted arrays"),
    await measured(
      "book.far",
      UPDATES,
      updatesInto(far),
      "updates/s",
      "anywhere in 1,000 levels; limit: the same",
    ),
    await measured(
      "book.stitched",
      UPDATES,
      stitched(near),
      "updates/s",
      "36 a message, with numbers; limit: the same without",
    ),
    await measured(
      "book.sweep",
      SWEEPS,
      sweeps(),
      "sweeps/s",
      "exact, to bps, over some 20 levels; limit: in doubles",
    ),
  ];
  for (const { id, value, limit = Number.NaN } of rows)
    bench.note("book", `${id}: ${figure(value)}/s, limit ${figure(limit)}/s`);
  return rows;
}

async function measured(id: string, times: number, sides: Sides, unit: string, note: string): Promise<Row> {
  const taken = await alternate(ROUNDS, {
    ours: async () => perSecond(times, sides.ours),
    limit: async () => perSecond(times, sides.limit),
  });
  return { id, value: median(taken.ours), limit: median(taken.limit), unit, note };
}

/** Time of this thread's core alone: what else the machine does takes nothing from it. */
function perSecond(times: number, work: () => unknown): number {
  const before = process.threadCpuUsage();
  if (work() === undefined) throw new Error("book: nothing was done");
  const { user, system } = process.threadCpuUsage(before);
  return (times * 1e6) / (user + system);
}

function updatesInto({ sides, flat }: Updates): Sides {
  const into = (book: Pick<Book, "set" | "bestBid">) => {
    for (let at = 0; at < UPDATES; at++)
      book.set(sides[at] ?? "bids", flat[2 * at] ?? 0, flat[2 * at + 1] ?? 0);
    return book.bestBid;
  };
  return { ours: () => into(filled(new Book())), limit: () => into(filled(new BareBook(LEVELS))) };
}

function stitched(updates: Updates): Sides {
  const changes = changesOf(updates);
  const bare = updatesInto(updates).limit;
  const ours = () => {
    const first = filled(new Book());
    const marks = { ...new StitchedBook().marks, state: "live" as const, seq: 0 };
    const stitching = new StitchedBook(marks, first);
    for (const change of changes) stitching.take(change, SCALES);
    return stitching.marks.seq === changes.length ? stitching : undefined;
  };
  return { ours, limit: bare };
}

function changesOf({ sides, flat }: Updates): DepthChange[] {
  return Array.from({ length: Math.ceil(UPDATES / LEVELS_OF_A_CHANGE) }, (_, index) => {
    const of = (name: BookSideName): number[] => {
      const levels: number[] = [];
      for (let at = index * LEVELS_OF_A_CHANGE; at < (index + 1) * LEVELS_OF_A_CHANGE; at++)
        if (sides[at] === name) levels.push(flat[2 * at] ?? 0, flat[2 * at + 1] ?? 0);
      return levels;
    };
    return {
      ...{ ts: index + 1, isSnapshot: false, bids: of("bids"), asks: of("asks") },
      ...{ lastSeq: index + 1, afterSeq: index, checksum: undefined, levelsKept: undefined },
    };
  });
}

function sweeps(): Sides {
  const side = filled(new Book()).levels("asks");
  const [best = 0] = side.prices;
  const touch: Touch = { bid: [best - 1, 1], ask: [best, 1] };
  const size = (at: number) => 900_000 + (at % 1_024) * 200;
  return {
    ours: () => {
      let total = 0;
      for (let at = 0; at < SWEEPS; at++)
        total += sweepCost("buy", sweepSize(side, size(at)), best, touch)?.slippageMidBps ?? 0;
      return total > 0 ? total : undefined;
    },
    limit: () => {
      let total = 0;
      for (let at = 0; at < SWEEPS; at++) total += bareSweep(side, size(at));
      return total > 0 ? total : undefined;
    },
  };
}

function bareSweep({ prices, sizes }: ReturnType<Book["levels"]>, size: number): number {
  let left = size;
  let value = 0;
  for (let at = 0; left > 0 && at < prices.length; at++) {
    const taken = Math.min(left, sizes[at] ?? 0);
    value += taken * (prices[at] ?? 0);
    left -= taken;
  }
  return value / (size - left);
}

function filled<Filled extends Pick<Book, "set">>(book: Filled): Filled {
  for (const side of BOOK_SIDES)
    for (let level = 0; level < LEVELS; level++) book.set(side, priceAt(side, level), 50_000);
  return book;
}

const priceAt = (side: BookSideName, away: number): number =>
  side === "bids" ? MIDDLE - 1 - away : MIDDLE + 1 + away;

function updatesOf(awayBy: (random: () => number) => number): Updates {
  let at = SEED;
  const random = (): number => {
    at = (at * 48_271) % 2_147_483_647;
    return at / 2_147_483_647;
  };
  const sides: BookSideName[] = [];
  const flat = new Float64Array(2 * UPDATES);
  for (let index = 0; index < UPDATES; index++) {
    const side = random() < 0.5 ? "bids" : "asks";
    sides.push(side);
    flat[2 * index] = priceAt(side, awayBy(random));
    flat[2 * index + 1] = random() < 0.4 ? 0 : 1 + Math.floor(random() * 1e6);
  }
  return { sides, flat };
}
