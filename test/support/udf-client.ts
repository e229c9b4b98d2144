/**
 * A chart as TradingView's own adapter is one: it looks at no HTTP status, takes any body with another `s` for a failure, asks on for
 * older bars while pages are full, and polls for the last two bars.
 */

export type ChartBar = {
  time: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
};
export type ChartRange = { readonly from: number; readonly to: number; readonly countBack?: number };
export type ChartBars = { readonly bars: ChartBar[]; readonly noData: boolean; readonly nextTime?: number };
export type ChartSymbol = { readonly name: string; readonly ticker: string } & Record<string, unknown>;
/** How the feed caps its pages, as `limitedServerResponse` says it. */
export type PageCap = { readonly maxResponseLength: number };

type Reply = { readonly s?: string; readonly errmsg?: string } & Record<string, unknown>;
type Columns = Readonly<Record<"t" | "o" | "h" | "l" | "c" | "v", readonly number[]>>;

/** What the adapter polls: so many widths of a bar, in which it wants two. */
const POLLED_BARS = 10;
const SEARCH_LIMIT = 30;

export class UdfClient {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #cap: PageCap | undefined;
  /** Pages of history that were asked for. */
  pages = 0;

  /** `base` is the feed's address, with the key in it where no header is sent. */
  constructor(base: string, headers: Readonly<Record<string, string>> = {}, cap?: PageCap) {
    this.#base = base;
    this.#headers = headers;
    this.#cap = cap;
  }

  async config(): Promise<Reply> {
    const config = await this.#ask<Reply>("config");
    if (!config["supports_search"] && !config["supports_group_request"])
      throw new Error(`unsupported configuration: ${config.errmsg}`);
    return config;
  }

  async resolve(symbol: string): Promise<ChartSymbol> {
    const reply = await this.#ask<Reply & ChartSymbol>("symbols", { symbol });
    if (reply.s !== undefined) throw new Error(`unknown symbol: ${reply.errmsg}`);
    return reply;
  }

  /** The symbols of one group, by ticker; none where the group is not known, as the adapter goes on without it. */
  async group(group: string): Promise<ReadonlyMap<string, Record<string, unknown>>> {
    const info = await this.#ask<Reply & { symbol?: readonly string[] }>("symbol_info", { group });
    const field = (name: string, index: number, isList = false): unknown => {
      const value = info[name];
      return Array.isArray(value) && (!isList || Array.isArray(value[0])) ? value[index] : value;
    };
    return new Map(
      (info.symbol ?? []).map((name, index) => [
        String(field("ticker", index)),
        {
          ...{ name, session: field("session-regular", index), timezone: field("timezone", index) },
          ...{ pricescale: field("pricescale", index), minmov: field("minmovement", index) },
          supported_resolutions: field("supported-resolutions", index, true),
        },
      ]),
    );
  }

  async search(query: string, type = "", exchange = ""): Promise<readonly ChartSymbol[]> {
    const reply = await this.#ask<Reply | ChartSymbol[]>("search", {
      ...{ query: query.toUpperCase(), type, exchange, limit: SEARCH_LIMIT },
    });
    return Array.isArray(reply) ? reply : [];
  }

  async time(): Promise<number> {
    return Number.parseInt(String(await this.#ask<unknown>("time")), 10);
  }

  async quotes(names: readonly string[]): Promise<ReadonlyMap<string, Record<string, unknown>>> {
    const reply = await this.#ask<Reply & { d: { s: string; n: string; v: Record<string, unknown> }[] }>(
      "quotes",
      {
        symbols: names.join(","),
      },
    );
    if (reply.s !== "ok") throw new Error(reply.errmsg);
    return new Map(reply.d.filter(({ s }) => s === "ok").map(({ n, v }) => [n, v]));
  }

  /** Whole pages are followed by older ones; a failure on the way leaves what there is. */
  async bars(symbol: string, resolution: string, range: ChartRange): Promise<ChartBars> {
    const first = await this.#page(symbol, resolution, range);
    let bars = first.bars;
    let { countBack } = range;
    for (let page = bars; this.#cap !== undefined && page.length === this.#cap.maxResponseLength; ) {
      const [oldest] = bars;
      if (oldest === undefined) break;
      if (countBack !== undefined && countBack > 0) countBack -= page.length;
      const to = Math.round(oldest.time / 1_000);
      const older = await this.#page(symbol, resolution, {
        ...range,
        to,
        ...(countBack === undefined ? {} : { countBack }),
      });
      page = older.bars;
      if (page.length === 0) break;
      // A boundary that comes twice is taken once.
      bars = [...(page.at(-1)?.time === oldest.time ? page.slice(0, -1) : page), ...bars];
      if (range.from >= to) break;
    }
    return { ...first, bars };
  }

  /** What a chart hears of each poll: `lastTime` is that of its newest bar so far. */
  async poll(
    symbol: string,
    resolution: string,
    now: number,
    lastTime: number | undefined,
  ): Promise<ChartBar[]> {
    const width = resolution.endsWith("D") ? 86_400 : Number.parseInt(resolution, 10) * 60;
    const range = { from: now - POLLED_BARS * width, to: now, countBack: 2 };
    const { bars } = await this.bars(symbol, resolution, range);
    const last = bars.at(-1);
    if (last === undefined || (lastTime !== undefined && last.time < lastTime)) return [];
    if (lastTime === undefined || last.time === lastTime) return [last];
    const previous = bars.at(-2);
    if (previous === undefined) throw new Error("not enough bars for a pulse: two are needed at a roll-over");
    return [previous, last];
  }

  async #page(symbol: string, resolution: string, { from, to, countBack }: ChartRange): Promise<ChartBars> {
    this.pages += 1;
    const reply = await this.#ask<Reply & Columns>("history", {
      ...{ symbol, resolution, from, to },
      ...(countBack === undefined ? {} : { countback: countBack }),
    });
    if (reply.s === "no_data") return { bars: [], noData: true, ...hintOf(reply) };
    if (reply.s !== "ok") throw new Error(reply.errmsg);
    const { t, o, h, l, c, v } = reply;
    const at = (column: readonly number[], index: number): number => column[index] ?? Number.NaN;
    const bars = t.map((time, index) => ({
      time: time * 1_000,
      ...{
        open: at(o, index),
        high: at(h, index),
        low: at(l, index),
        close: at(c, index),
        volume: at(v, index),
      },
    }));
    return { bars, noData: false };
  }

  async #ask<Body>(path: string, given: Readonly<Record<string, string | number>> = {}): Promise<Body> {
    const query = Object.entries(given).map(
      ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
    );
    const response = await fetch(`${this.#base}/${path}${query.length === 0 ? "" : `?${query.join("&")}`}`, {
      headers: this.#headers,
    });
    // SAFETY: whoever asks names the shape that UDF gives this path.
    return JSON.parse(await response.text()) as Body;
  }
}

const hintOf = ({ nextTime }: Reply): { nextTime?: number } =>
  typeof nextTime === "number" ? { nextTime } : {};
