/** A tenant's directory over a disk in memory, and the news that risk shards send it. */
import type { Fact, OutboxBatch } from "../../actors/runtime/fact.ts";
import { MIGRATIONS, TenantStore } from "../../actors/tenant-directory/store.ts";
import { TenantTurns } from "../../actors/tenant-directory/turns.ts";
import { TurnBench } from "./turn-bench.ts";

export class TenantBench extends TurnBench<TenantStore, TenantTurns> {
  constructor() {
    super(MIGRATIONS, (sql, surroundings) => {
      const store = new TenantStore(sql);
      return { store, turns: new TenantTurns("acme", store, surroundings) };
    });
  }

  admitAccount(account: string) {
    return this.run(this.turns.admitAccount(account));
  }

  admitStrategy(strategy: string, account: string) {
    return this.run(this.turns.admitStrategy(strategy, account));
  }

  hear(account: string, ...facts: readonly Fact[]) {
    return this.run(this.turns.receive(batchOf(account, facts)));
  }

  listed(): string[] {
    return this.turns.strategies({ limit: 1_000 }).items.map((item) => JSON.parse(item).id);
  }
}

export const batchOf = (account: string, facts: readonly Fact[]): OutboxBatch => ({
  actor: `risk-shard:acme/${account}`,
  facts,
  incarnation: "",
  knownIncarnations: [],
});

export const AT = 1_700_000_000_000;
const LEG = { symbol: "X:A", priceScale: 4, sizeScale: 0, notionalUnit: "100000000" };

export const opened = (seq: number, strategy: string, account: string): Fact => {
  const news = {
    type: "strategy-opened",
    strategy,
    account,
    name: `name of ${strategy}`,
    tags: ["t"],
    currency: "USD",
    legs: [LEG],
    at: AT,
  };
  return [seq, AT, "strategy-opened", JSON.stringify(news)];
};
export const amended = (seq: number, strategy: string, name: string): Fact => {
  const news = {
    type: "strategy-amended",
    strategy,
    name,
    tags: [],
    legs: [LEG, { ...LEG, symbol: "X:B" }],
    at: AT,
  };
  return [seq, AT, "strategy-amended", JSON.stringify(news)];
};
export const closed = (seq: number, strategy: string): Fact => [
  seq,
  AT,
  "strategy-closed",
  JSON.stringify({ type: "strategy-closed", strategy, at: AT }),
];
