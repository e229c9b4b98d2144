/** What a chart knows of its candles: the newest word on each of them, whichever way and in whatever order it came. */
import type { BarObject } from "../contracts/bars.ts";
import type { M2mCandleObject } from "../contracts/strategies.ts";

/** A bar, or a candle of profit and loss. Decimals are the API's texts. */
export type Candle = {
  readonly t: number;
  readonly o: string;
  readonly h: string;
  readonly l: string;
  readonly c: string;
  /** Null where there is no such thing as volume. */
  readonly v: string | null;
  /** Trades, or price changes. */
  readonly n: number;
  readonly rev: number;
  readonly state: BarObject["state"];
  /** Why it may not be whole. */
  readonly caveat?: string;
};

/** What became of the candles that came: `whole` says that the chart is to be drawn anew. */
export type Merged = { readonly whole: boolean; readonly changed: readonly Candle[] };

export class Candles {
  readonly #byTime = new Map<number, Candle>();
  #ordered: readonly Candle[] = [];

  get all(): readonly Candle[] {
    return this.#ordered;
  }

  get newest(): Candle | undefined {
    return this.#ordered.at(-1);
  }

  merge(candles: readonly Candle[]): Merged {
    const newestBefore = this.newest?.t ?? Number.NEGATIVE_INFINITY;
    const changed = candles.filter((candle) => isNews(this.#byTime.get(candle.t), candle));
    // One that lies between others has no place in a series that is only followed.
    const whole =
      changed.length > FOLLOWED_MAX || changed.some(({ t }) => t < newestBefore && !this.#byTime.has(t));
    const added = changed.some(({ t }) => !this.#byTime.has(t));
    for (const candle of changed) this.#byTime.set(candle.t, candle);
    if (added) this.#ordered = [...this.#byTime.values()].sort((one, other) => one.t - other.t);
    else if (changed.length > 0) this.#ordered = this.#ordered.map(({ t }) => this.#byTime.get(t) as Candle);
    return { whole, changed: changed.toSorted((one, other) => one.t - other.t) };
  }
}

/** Above this it is cheaper to draw the chart anew than to change it candle by candle. */
const FOLLOWED_MAX = 8;

const RANK = { forming: 0, final: 1, revised: 2 } as const;

/** A page that was asked for earlier may arrive after the stream has said more. */
function isNews(known: Candle | undefined, candle: Candle): boolean {
  if (known === undefined) return true;
  if (candle.rev !== known.rev) return candle.rev > known.rev;
  if (candle.state !== known.state) return RANK[candle.state] > RANK[known.state];
  return candle.n > known.n || (candle.n === known.n && candle.c !== known.c);
}

export const candleOfBar = ({ t, o, h, l, c, v, n, rev, state, partial }: BarObject): Candle => ({
  ...{ t, o, h, l, c, v, n, rev, state },
  ...(partial === true ? { caveat: "partial: we began to listen within it" } : {}),
});

export function candleOfM2m(candle: M2mCandleObject): Candle {
  const { t, open: o, high: h, low: l, close: c, tickCount: n, rev, state } = candle;
  const caveats = [
    ...(candle.sampled ? ["sampled: some price change may be missing"] : []),
    ...(candle.missingLegs.length > 0 ? [`without a price: ${candle.missingLegs.join(", ")}`] : []),
    ...(candle.staleLegs.length > 0 ? [`stale: ${candle.staleLegs.join(", ")}`] : []),
  ];
  return {
    ...{ t, o, h, l, c, v: null, n, rev, state },
    ...(caveats.length > 0 ? { caveat: caveats.join("; ") } : {}),
  };
}
