/** Hands bars of history to the platform, many at once for each symbol and width. The same again changes nothing, so a batch whose reply was lost is sent again. */
import type { ImportReply } from "../../src/contracts/bar-import.ts";
import { isResolution } from "../../src/domain/bar.ts";
import { DAY_MS } from "../../src/domain/time.ts";
import type { FeedBar } from "../../src/feeds/tick.ts";
import { daysMax } from "../../src/quant/import-folds.ts";
import type { ApiClient } from "../client.ts";
import { countIn, type Totals } from "./totals.ts";

/** Wider bars are folded once for each request: half a week of minutes, or twenty years of days, are worth one. */
export const BATCH_BARS_MAX = 5_000;
/** Bars of all symbols that wait to be sent. */
const WAITING_BARS_MAX = 4 * BATCH_BARS_MAX;
const OUTCOMES = ["inserted", "revised", "unchanged", "kept"] as const;

export class BarPoster {
  readonly #client: ApiClient;
  readonly #source: string;
  readonly #totals: Totals;
  #groups = new Map<string, FeedBar[]>();
  #waiting = 0;

  constructor(client: ApiClient, source: string, totals: Totals) {
    this.#client = client;
    this.#source = source;
    this.#totals = totals;
  }

  add(bar: FeedBar): void {
    const key = `${bar.symbol} ${bar.resolution}`;
    const group = this.#groups.get(key) ?? [];
    group.push(bar);
    this.#groups.set(key, group);
    this.#waiting += 1;
  }

  get waiting(): number {
    return this.#waiting;
  }

  get full(): boolean {
    return this.#waiting >= WAITING_BARS_MAX;
  }

  /** Returns when every bar has its final answer. */
  async flush(): Promise<void> {
    for (const group of this.#groups.values()) for (const batch of batchesOf(group)) await this.#post(batch);
    this.#groups = new Map();
    this.#waiting = 0;
  }

  async #post(bars: readonly FeedBar[]): Promise<void> {
    const [first] = bars;
    if (first === undefined) return;
    const { symbol, resolution } = first;
    const lines = bars.map(({ symbol: _, resolution: __, ...row }) => JSON.stringify(row));
    const query = new URLSearchParams({ resolution, source: this.#source });
    const path = `/v1/symbols/${encodeURIComponent(symbol).replace("%3A", ":")}/bars?${query}`;
    const body = { text: `${lines.join("\n")}\n`, type: "application/x-ndjson" };
    this.#settle(await this.#client.send<ImportReply>("POST", path, { body }));
  }

  #settle(reply: ImportReply): void {
    const { bars, codes } = this.#totals;
    for (const outcome of OUTCOMES) bars[outcome] = (bars[outcome] ?? 0) + reply[outcome];
    this.#totals.rejected += reply.rejected.length;
    for (const { code } of reply.rejected) countIn(codes, code);
  }
}

/** So many bars, and of so many days, as one request takes. */
function* batchesOf(group: readonly FeedBar[]): Generator<readonly FeedBar[]> {
  const bars = group.toSorted((one, other) => placeOf(one) - placeOf(other));
  let from = 0;
  for (const [index, bar] of bars.entries()) {
    const first = bars[from] ?? bar;
    if (index - from < BATCH_BARS_MAX && placeOf(bar) - placeOf(first) <= reachOf(bar)) continue;
    yield bars.slice(from, index);
    from = index;
  }
  yield bars.slice(from);
}

/** Days and wider may be told by dates alone: these stay in the order in which they came. */
const placeOf = ({ t = 0 }: FeedBar): number => t;

/** A stretch of time reaches into one trading day more than it has days, and into another where it begins within one. */
const reachOf = ({ resolution }: FeedBar): number =>
  isResolution(resolution) ? (daysMax(resolution) - 2) * DAY_MS : Number.POSITIVE_INFINITY;
