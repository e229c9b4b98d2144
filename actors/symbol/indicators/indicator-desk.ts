/**
 * All indicators that somebody watches of a symbol. A turn only notes which bars have changed; at the end of the group each indicator takes
 * the bars that closed and runs again what was revised, from what stands on disk. Where nobody watches any, a turn asks once and does nothing.
 */
import { type Resolution, SECOND_RESOLUTIONS } from "../../../src/domain/bar.ts";
import { bucketStart } from "../../../src/domain/time.ts";
import { type BarResolution, widthMsOf } from "../../../src/quant/bar-calendar.ts";
import { Stepper, startRun } from "../../../src/quant/indicators/run.ts";
import { runInBars } from "../../../src/quant/indicators/run-in.ts";
import type { Sockets, TopicRefusal, TopicSource } from "../../runtime/sockets.ts";
import type { ImportedBars } from "../bars/imported-bars.ts";
import { SECOND_WIDTHS } from "../bars/seconds.ts";
import type { Changes } from "../changes.ts";
import type { SymbolEvent } from "../events.ts";
import type { SymbolState } from "../state.ts";
import { type BarPlaces, barSource, SharedBars } from "./indicator-bars.ts";
import { INDICATORS_WATCHED_MAX, LOOK_BARS_MAX } from "./indicator-limits.ts";
import { type IndicatorRows, storedRun } from "./indicator-rows.ts";
import { newestText, tellFollowed, tellForming, tellGone } from "./indicator-telling.ts";
import { type IndicatorTopic, indicatorTopic } from "./indicator-topic.ts";
import { type Before, KeptIndicator } from "./kept-indicator.ts";

export type DeskSurroundings = BarPlaces & {
  readonly rows: IndicatorRows;
  readonly imported: Pick<ImportedBars, "until">;
  readonly sockets: Pick<Sockets, "watches" | "publish" | "leaveOut">;
};
/** Its run is made, or read, when it is first needed. */
type Named = IndicatorTopic & {
  stored: ReturnType<IndicatorRows["load"]> extends Map<string, infer Texts> ? Texts | undefined : never;
  kept: KeptIndicator | undefined;
  before: Before | undefined;
  /** The newest moment of a trade that its forming values were not told of: the group had no look left. */
  owed: number | undefined;
};

export class IndicatorDesk {
  readonly #state: SymbolState;
  readonly #around: DeskSurroundings;
  readonly #named = new Map<string, Named>();
  /** What was on disk and nobody has asked for yet; undefined once all topics that were watched are named. */
  #stored: ReturnType<IndicatorRows["load"]> | undefined;
  /** Of each width the first start among the bars that the group has closed or revised. */
  readonly #changed = new Map<BarResolution, number>();
  /** When trades were made that this group has cancelled or corrected. */
  readonly #amended = new Set<number>();
  readonly #bars = new Map<BarResolution, SharedBars>();
  /** The newest moment of a trade in this group. */
  #moved: number | undefined;
  /** Bars that looks ahead of this group may still go through. */
  #lookBars = 0;
  #closedUntil: number;

  constructor(state: SymbolState, around: DeskSurroundings) {
    this.#state = state;
    this.#around = around;
    this.#stored = around.rows.load();
    this.#closedUntil = state.closedUntil;
  }

  get size(): number {
    return this.#named.size;
  }

  /** Runs in memory. */
  get runs(): number {
    let runs = 0;
    for (const { kept } of this.#named.values()) runs += kept?.runs ?? 0;
    return runs;
  }

  /** Values of seconds in memory. */
  get told(): number {
    let told = 0;
    for (const { kept } of this.#named.values()) told += kept?.told ?? 0;
    return told;
  }

  /** Topics that were watched are hosted again: what else is on disk is of no use. */
  loaded(): void {
    for (const topic of this.#stored?.keys() ?? []) this.#around.rows.remove(topic);
    this.#stored = undefined;
    // One of another version begins anew before a turn can close the bar that its subscribers saw forming.
    for (const named of this.#named.values())
      if (named.stored?.version !== named.indicator.definition.version) this.#open(named);
  }

  /** Undefined where it is no topic of this kind. */
  topicOf(topic: string): TopicSource | TopicRefusal | undefined {
    const known = this.#named.get(topic) ?? indicatorTopic(topic, this.#state.symbol);
    if (known === undefined || "code" in known) return known;
    if (!this.#named.has(topic) && !this.#hasRoom()) return FULL;
    const stored = this.#stored?.get(topic);
    this.#stored?.delete(topic);
    if (!this.#named.has(topic))
      this.#named.set(topic, { ...known, stored, kept: undefined, before: undefined, owed: undefined });
    return { topic, snapshot: () => this.#snapshot(topic) };
  }

  /** Inside a turn, when its events are folded. */
  follow(events: readonly SymbolEvent[], changes: Changes): void {
    if (this.#named.size === 0) return;
    for (const { resolution, bar } of changes.told.values()) this.#note(resolution, bar.start);
    for (const { trade } of changes.amended) this.#amended.add(trade.ts);
    for (const { start } of changes.minutes) this.#moved = Math.max(this.#moved ?? start, start);
    if (this.#watchesSeconds()) this.#followSeconds(events, changes);
  }

  /** Before the group's bars are written: what they change, as it was. */
  remember(): void {
    if (this.#changed.size === 0 && this.#moved === undefined) return;
    this.#sweep();
    this.#barsChanged();
    for (const named of this.#named.values()) {
      const start = this.#changed.get(named.resolution);
      if (start === undefined && this.#moved === undefined) continue;
      const kept = this.#kept(named);
      named.before = start === undefined ? undefined : kept?.before(start);
    }
  }

  /** When they are written. */
  write(): void {
    this.#barsChanged();
    this.#lookBars = LOOK_BARS_MAX;
    for (const named of [...this.#named.values()]) this.#settle(named);
    this.#barsChanged();
    this.#changed.clear();
    this.#amended.clear();
    this.#moved = undefined;
    this.#around.rows.write();
  }

  #settle(named: Named): void {
    const { kept, topic, resolution, indicator } = named;
    const moved = this.#moved ?? named.owed;
    if (kept === undefined || !(this.#changed.has(resolution) || moved !== undefined)) return;
    const hasRevised = this.#changed.has(resolution) && this.#followed(named, kept);
    named.before = undefined;
    const gone = [...this.#amended].flatMap((ts) => this.#shared(resolution)?.goneAt(ts) ?? []);
    tellGone(this.#around.sockets, topic, indicator, [...new Map(gone.map((bar) => [bar.t, bar])).values()]);
    // What led to it is another, so its values are, without a trade of its own.
    const formed = hasRevised || gone.length > 0 ? Number.MAX_SAFE_INTEGER : moved;
    if (formed !== undefined && this.#mayLook(named, formed))
      tellForming(this.#around.sockets, topic, named.kept ?? kept, formed);
  }

  /** Tells and keeps what closed and what was revised; true where something was. */
  #followed(named: Named, kept: KeptIndicator): boolean {
    const { topic, indicator, before, resolution } = named;
    const { t } = kept.now;
    const followed = kept.follow(before);
    if (followed.isLost) named.kept = this.#built(named);
    tellFollowed(this.#around.sockets, topic, indicator, followed);
    if (followed.isLost || before !== undefined || kept.now.t !== t)
      this.#around.rows.put(topic, indicator.definition, named.kept ?? kept);
    const { first, again, gone, isLost } = followed;
    // A late trade may have made a bar that nobody saw forming. Bars of seconds have no revisions that would tell.
    const isNew = first.some(({ bar }) => bar.rev > 0 || resolution in SECOND_WIDTHS);
    return isLost || isNew || again.length > 0 || gone.length > 0;
  }

  /** Whoever has looked comes last the next time. */
  #mayLook(named: Named, moved: number): boolean {
    const { topic, indicator } = named;
    named.owed = this.#lookBars > 0 || indicator.lookBars === 0 ? undefined : moved;
    if (named.owed !== undefined) return false;
    if (indicator.lookBars === 0) return true;
    this.#lookBars -= indicator.lookBars;
    this.#named.delete(topic);
    this.#named.set(topic, named);
    return true;
  }

  #barsChanged(): void {
    for (const bars of this.#bars.values()) bars.changed();
  }

  #note(resolution: BarResolution, start: number): void {
    this.#changed.set(resolution, Math.min(this.#changed.get(resolution) ?? start, start));
  }

  #watchesSeconds(): boolean {
    for (const { resolution } of this.#named.values()) if (resolution in SECOND_WIDTHS) return true;
    return false;
  }

  /** They close with any turn, and stand in the log alone. */
  #followSeconds(events: readonly SymbolEvent[], { amended, foldedTrades }: Changes): void {
    const times = [...events, ...foldedTrades].flatMap((one) => (one.kind === "trade-taken" ? [one.ts] : []));
    times.push(...amended.map(({ trade }) => trade.ts));
    const hasClosed = this.#closedUntil !== this.#state.closedUntil;
    this.#closedUntil = this.#state.closedUntil;
    this.#moved = times.reduce<number | undefined>((newest, ts) => Math.max(newest ?? ts, ts), this.#moved);
    for (const resolution of SECOND_RESOLUTIONS) {
      if (hasClosed) this.#note(resolution, Number.MAX_SAFE_INTEGER);
      for (const ts of times) this.#note(resolution, bucketStart(ts, SECOND_WIDTHS[resolution]));
    }
  }

  /** Room for one more; those that nobody watches make it. */
  #hasRoom(): boolean {
    if (this.#named.size >= INDICATORS_WATCHED_MAX && this.#stored === undefined) {
      this.#sweep();
      this.#around.rows.write();
    }
    return this.#named.size < INDICATORS_WATCHED_MAX;
  }

  #sweep(): void {
    for (const topic of this.#named.keys()) {
      if (this.#around.sockets.watches(topic)) continue;
      this.#named.delete(topic);
      this.#around.rows.remove(topic);
    }
  }

  #snapshot(topic: string): string {
    this.#barsChanged();
    const named = this.#named.get(topic);
    const isNew = named?.kept === undefined;
    const kept = named === undefined ? undefined : this.#kept(named);
    if (named === undefined || kept === undefined) return "null";
    if (isNew) {
      this.#open(named);
      this.#around.rows.write();
    }
    return newestText(kept);
  }

  #open(named: Named): void {
    const kept = this.#kept(named);
    if (kept !== undefined) this.#around.rows.put(named.topic, named.indicator.definition, kept);
  }

  #kept(named: Named): KeptIndicator | undefined {
    named.kept ??= this.#restored(named) ?? this.#built(named);
    return named.kept;
  }

  #restored({ stored, indicator, resolution }: Named): KeptIndicator | undefined {
    const run = stored === undefined ? undefined : storedRun(stored, indicator.definition);
    const source = this.#shared(resolution);
    if (run === undefined || source === undefined) return undefined;
    const kept = new KeptIndicator(new Stepper(indicator), source, run.base, run.now);
    kept.last = run.last;
    kept.isBaseNew = false;
    return kept;
  }

  #built({ indicator, resolution }: Named): KeptIndicator | undefined {
    const source = this.#shared(resolution);
    if (source === undefined) return undefined;
    const limit = runInBars(indicator, widthMsOf(resolution)) + 1;
    const bars = source.closed({ after: 0, until: Number.MAX_SAFE_INTEGER - 1, limit });
    const isWhole = bars.length < limit && this.#isAllHere(resolution);
    const [first] = bars;
    const t = isWhole || first === undefined ? 0 : first.t - 1;
    const kept = new KeptIndicator(new Stepper(indicator), source, { t, run: startRun(indicator, isWhole) });
    kept.take(bars);
    return kept;
  }

  /** No bar of that width is older than those here. */
  #isAllHere(resolution: BarResolution): boolean {
    const { bars, imported, log } = this.#around;
    if (resolution in SECOND_WIDTHS) return log.isWhole;
    const width = resolution as Resolution;
    return bars.oldest(width) === undefined && imported.until(width) === undefined;
  }

  #shared(resolution: BarResolution): SharedBars | undefined {
    const { instrument } = this.#state;
    const known = this.#bars.get(resolution);
    if (known !== undefined || instrument === undefined) return known;
    const bars = new SharedBars(
      barSource({ state: this.#state, places: this.#around, instrument }, resolution),
    );
    this.#bars.set(resolution, bars);
    return bars;
  }
}

const FULL: TopicRefusal = {
  code: "too-many",
  detail: `a symbol follows at most ${INDICATORS_WATCHED_MAX} indicators at a time`,
};
