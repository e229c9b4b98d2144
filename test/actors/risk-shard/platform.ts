/** Symbols, hubs and a directory that a test speaks for. */
import type { SnapshotWants } from "../../../actors/price-hub/messages.ts";
import type { RiskShardApi } from "../../../actors/risk-shard/messages.ts";
import type { Envelope } from "../../../actors/runtime/envelope.ts";
import type { ActionEntry, ActionQuery } from "../../../actors/symbol/messages.ts";
import type { SymbolReturns } from "../../../src/domain/bar-return.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import type { Liquidity } from "../../../src/domain/liquidity.ts";
import type { PreviousClose, RecentPrices } from "../../../src/domain/past-price.ts";
import type { PriceMark } from "../../../src/domain/price.ts";
import type { ActorPorts } from "../../../src/ports.ts";
import { type FakeFirm, NO_FIRM } from "./fake-firm.ts";

/** What the rest of the platform would answer. */
export class FakePlatform {
  readonly instruments = new Map<string, Instrument>();
  readonly marks = new Map<string, PriceMark>();
  readonly liquidity = new Map<string, Liquidity>();
  readonly closes = new Map<string, PreviousClose>();
  readonly recents = new Map<string, RecentPrices>();
  readonly returns = new Map<string, SymbolReturns>();
  readonly subscribed = new Set<string>();
  /** Symbols whose actor cannot be reached. */
  readonly away = new Set<string>();
  /** Corporate actions by symbol, as their entries. */
  readonly recorded = new Map<string, ActionEntry[]>();
  /** Every call, in order. */
  readonly calls: string[] = [];

  /** By id. */
  readonly firms = new Map<string, FakeFirm>();

  /** Parts of the account, by name. */
  readonly shards = new Map<string, Pick<RiskShardApi, "parts">>();

  readonly actors = {
    riskShard: (_tenant: string, account: string) => this.shards.get(account) ?? {},
    firm: (name: string) => this.firms.get(name.slice(name.indexOf("/") + 1))?.api ?? NO_FIRM,
    symbol: (symbol: string) => ({
      actions: async (_envelope: Envelope, { after = "" }: ActionQuery) => {
        this.calls.push(`actions ${symbol}`);
        if (this.away.has(symbol)) throw new Error("away");
        const items = (this.recorded.get(symbol) ?? [])
          .filter(({ exDate, id }) => `${exDate} ${id}` > after)
          .map((entry) => JSON.stringify(entry));
        return { ok: true, value: { items, total: items.length } };
      },
      snapshot: async (_envelope: Envelope, wants: SnapshotWants = {}) => {
        this.calls.push(`snapshot ${symbol}`);
        const instrument = this.instruments.get(symbol);
        if (instrument === undefined || this.away.has(symbol)) throw new Error("away");
        const value = {
          ...{ instrument, mark: this.marks.get(symbol) ?? { lastChanges: 0 } },
          ...(this.liquidity.has(symbol) ? { liquidity: this.liquidity.get(symbol) } : {}),
          ...(this.closes.has(symbol) ? { previousClose: this.closes.get(symbol) } : {}),
          ...(wants.recent === true ? { recent: this.recents.get(symbol) } : {}),
          ...(wants.returns === this.returns.get(symbol)?.resolution
            ? { returns: this.returns.get(symbol) }
            : {}),
        };
        return { ok: true, value };
      },
    }),
    priceHub: () => ({
      subscribe: async (_envelope: Envelope, _subscriber: string, symbols: readonly string[]) => {
        for (const symbol of symbols) this.subscribed.add(symbol);
        return { ok: true, value: null };
      },
      unsubscribe: async (_envelope: Envelope, _subscriber: string, symbols: readonly string[]) => {
        for (const symbol of symbols) this.subscribed.delete(symbol);
        return { ok: true, value: null };
      },
    }),
    instrumentDirectory: () => ({
      known: async (_envelope: Envelope, symbols: readonly string[]) => {
        this.calls.push(`known ${symbols.join(" ")}`);
        return { ok: true, value: symbols.filter((symbol) => this.instruments.has(symbol)) };
      },
    }),
  } as unknown as ActorPorts;
}
