/** Values of the indicators on a chart: pages of them as far back as its candles reach, and what the stream tells since. */
import type { IndicatorBarObject, IndicatorsReply } from "../contracts/indicators.ts";

export type IndicatorPage = Pick<IndicatorsReply, "definitions" | "bars" | "nextCursor">;
export type IndicatorDefinition = IndicatorPage["definitions"][number];

export type LinesWorld = {
  /** The newest page of these definitions, or the one that a cursor leads to. */
  readonly page: (ids: readonly string[], cursor?: string) => Promise<IndicatorPage>;
  /** All of it anew. */
  readonly draw: (definitions: readonly IndicatorDefinition[], bars: readonly IndicatorBarObject[]) => void;
  /** One bar of it. */
  readonly update: (bar: IndicatorBarObject) => void;
};

export class IndicatorLines {
  readonly #world: LinesWorld;
  readonly #bars = new Map<number, IndicatorBarObject>();
  #ids: readonly string[] = [];
  #definitions: readonly IndicatorDefinition[] = [];
  /** Where older ones are; undefined before the first page. */
  #older: string | null | undefined;
  #from = Number.POSITIVE_INFINITY;
  #isLoading = false;

  constructor(world: LinesWorld) {
    this.#world = world;
  }

  /** These and no others. */
  async show(ids: readonly string[]): Promise<void> {
    this.#ids = ids;
    this.#bars.clear();
    this.#older = undefined;
    this.#definitions = [];
    if (ids.length === 0) this.#draw();
    else await this.#load(ids);
  }

  /** Values from there on are wanted: the candles reach so far. */
  async cover(from: number): Promise<void> {
    this.#from = Math.min(this.#from, from);
    if (this.#older !== undefined) await this.#load(this.#ids);
  }

  /** The newest page again: something may have been missed. */
  async refresh(): Promise<void> {
    const ids = this.#ids;
    if (ids.length === 0) return;
    const { bars } = await this.#world.page(ids);
    if (ids !== this.#ids) return;
    for (const bar of bars) this.#bars.set(bar.t, bar);
    this.#draw();
  }

  /** What the stream says of one definition: the newest word on that bar, but for a page that knew a later revision. */
  take({ t, state, rev, values }: IndicatorBarObject): void {
    const known = this.#bars.get(t);
    if (this.#older === undefined || (known !== undefined && known.rev > rev)) return;
    const bar = { t, state, rev, values: { ...known?.values, ...values } };
    this.#bars.set(t, bar);
    this.#world.update(bar);
  }

  get #oldest(): number {
    return Math.min(...this.#bars.keys());
  }

  /** Page by page until the candles are covered. */
  async #load(ids: readonly string[]): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      while (ids === this.#ids && this.#wantsMore()) {
        const { definitions, bars, nextCursor } = await this.#world.page(ids, this.#older ?? undefined);
        if (ids !== this.#ids) break;
        this.#older = nextCursor;
        this.#definitions = definitions;
        // What the stream has said meanwhile is newer than a page that was asked for before.
        for (const bar of bars) if (!this.#bars.has(bar.t)) this.#bars.set(bar.t, bar);
        this.#draw();
      }
    } finally {
      this.#isLoading = false;
    }
    if (ids !== this.#ids && this.#ids.length > 0) await this.#load(this.#ids);
  }

  #wantsMore(): boolean {
    return this.#older === undefined || (this.#older !== null && this.#oldest > this.#from);
  }

  #draw(): void {
    this.#world.draw(
      this.#definitions,
      [...this.#bars.values()].sort((one, other) => one.t - other.t),
    );
  }
}
