/** What risk shards send a tenant's directory. */
import type { Fact, OutboxBatch } from "../../actors/runtime/fact.ts";

export const batchOf = (account: string, facts: readonly Fact[]): OutboxBatch => ({
  actor: `risk-shard:acme/${account}`,
  facts,
  incarnation: "",
  knownIncarnations: [],
});

export const AT = 1_700_000_000_000;
const LEG = { symbol: "X:A", priceScale: 4, sizeScale: 0, notionalUnit: "100000000" };

type More = { readonly state?: string; readonly tags?: readonly string[] };

export const opened = (seq: number, strategy: string, account: string, more: More = {}): Fact => {
  const news = {
    type: "strategy-opened",
    strategy,
    account,
    name: `name of ${strategy}`,
    tags: ["t"],
    currency: "USD",
    legs: [LEG],
    at: AT,
    ...more,
  };
  return [seq, AT, "strategy-opened", JSON.stringify(news)];
};
export const amended = (seq: number, strategy: string, name: string, more: More = {}): Fact => {
  const news = {
    type: "strategy-amended",
    strategy,
    name,
    tags: [],
    legs: [LEG, { ...LEG, symbol: "X:B" }],
    at: AT,
    ...more,
  };
  return [seq, AT, "strategy-amended", JSON.stringify(news)];
};
export const closed = (seq: number, strategy: string, at = AT): Fact => [
  seq,
  AT,
  "strategy-closed",
  JSON.stringify({ type: "strategy-closed", strategy, at }),
];
