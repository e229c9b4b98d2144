/** R1 and R2: what a client was told is durable when it is told, and it is told the same each time. */

import type { Told } from "../load/trader.ts";
import type { TradingHears } from "../load/trading.ts";
import type { Copy } from "../world/copy.ts";
import type { World } from "../world/world.ts";
import type { Json, Ledger } from "./ledger.ts";

export class Acknowledged implements TradingHears {
  readonly #world: World;
  readonly #ledgerOf: (copy: Copy) => Ledger;
  readonly #replies = new Map<string, string>();
  readonly told = { orders: 0, reports: 0, requests: 0, repeats: 0 };

  constructor(world: World, ledgerOf: (copy: Copy) => Ledger) {
    this.#world = world;
    this.#ledgerOf = ledgerOf;
  }

  readonly ordered = (account: string, id: string, decision: Json, told: Told): void => {
    const { copy } = told;
    this.told.orders += 1;
    // Of an account that a copy does not know it records nothing.
    if (decision["code"] === "account-unknown" && this.isBefore(told)) return;
    const durable = this.#ledgerOf(copy).decided.get(id);
    const said = String(decision["decision"]);
    if (durable === undefined || durable.decision !== said || durable.seq !== decision["seq"])
      this.#world.violate(
        "R1 acknowledged, so durable",
        `order ${id} of ${account}: told ${said} as fact ${decision["seq"]}, and there is ${JSON.stringify(durable)}`,
      );
    this.#same(copy, `order ${id}`, JSON.stringify(decision));
  };

  readonly reported = (account: string, execId: string, result: Json, { copy }: Told): void => {
    this.told.reports += 1;
    const isBooked = this.#ledgerOf(copy).executed.has(execId);
    if (result["status"] !== "refused" && !isBooked)
      this.#world.violate("R1 acknowledged, so durable", `report ${execId} of ${account}`);
    if (result["status"] === "refused" && isBooked)
      this.#world.violate("R2 one report, one answer", `report ${execId} of ${account} was booked`);
  };

  readonly answered = (account: string, key: string, { reply, copy }: Told): void => {
    if (!reply.ok) return;
    this.told.requests += 1;
    this.#same(copy, `request ${key} of ${account}`, reply.value);
  };

  readonly isBefore = ({ copy }: Told): boolean => copy.isTwin && !this.#ledgerOf(copy).isPut;

  #same(copy: Copy, what: string, text: string): void {
    // Two copies that both live answer each by itself.
    const key = `${copy.label} ${what}`;
    const before = this.#replies.get(key);
    if (before !== undefined) this.told.repeats += 1;
    if (before !== undefined && before !== text)
      this.#world.violate("R2 one id, one reply", `${what}: ${before} and then ${text}`);
    this.#replies.set(key, text);
  }
}
