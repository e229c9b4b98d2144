/** A directory of instruments over a disk in memory. */
import type { InstrumentQuery } from "../../actors/instrument-directory/messages.ts";
import { InstrumentStore, MIGRATIONS } from "../../actors/instrument-directory/store.ts";
import { DirectoryTurns } from "../../actors/instrument-directory/turns.ts";
import { lineOf } from "./instruments.ts";
import { TurnBench } from "./turn-bench.ts";

type Changes = Readonly<Record<string, unknown>>;

export class DirectoryBench extends TurnBench<InstrumentStore, DirectoryTurns> {
  constructor() {
    super(MIGRATIONS, (sql, surroundings) => {
      const store = new InstrumentStore(sql);
      return { store, turns: new DirectoryTurns(store, surroundings) };
    });
  }

  put(...changes: readonly Changes[]) {
    return this.run(this.turns.put(changes.map(lineOf)));
  }

  /** Every symbol that is found, page by page, and the totals that the pages gave. */
  pages(query: Omit<InstrumentQuery, "limit">, limit: number): { symbols: string[]; totals: Set<number> } {
    const symbols: string[] = [];
    const totals = new Set<number>();
    for (let after: string | undefined = query.after ?? ""; after !== undefined; ) {
      const page = this.store.search({ ...query, limit, after });
      symbols.push(...page.items.map((instrument) => instrument.symbol));
      totals.add(page.total);
      after = page.next;
    }
    return { symbols, totals };
  }
}
