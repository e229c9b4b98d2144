/** A tenant's directory over a disk in memory. */
import type { Fact } from "../../actors/runtime/fact.ts";
import { MIGRATIONS, TenantStore } from "../../actors/tenant-directory/store.ts";
import { TenantTurns } from "../../actors/tenant-directory/turns.ts";
import { batchOf } from "./tenant-news.ts";
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
