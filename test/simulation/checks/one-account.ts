/**
 * One account, whatever objects it is in: every fact of every part goes into one ledger, as if there were one. An id that two parts decide, and a
 * report that two book, are seen there, and so is what all of them together use of a limit of the whole.
 */
import type { Fact } from "../../../actors/runtime/fact.ts";
import type { Copy } from "../world/copy.ts";
import type { World } from "../world/world.ts";
import { type Json, Ledger } from "./ledger.ts";

export class OneAccount {
  readonly ledger: Ledger;
  readonly told = { orders: 0, reports: 0, repeats: 0, maps: 0, moves: 0, limits: 0, states: 0 };
  readonly #world: World;
  /** What is in force; while another is on its way the wider of both. */
  #gross: number;
  #state = "active";
  readonly #replies = new Map<string, string>();
  #used = 0;
  #version = 0;
  readonly #account: string;

  /** `account`: of which the facts are; all of its parts have its name. */
  constructor(world: World, gross: number, account = "a") {
    this.#world = world;
    this.#account = account;
    this.#gross = gross;
    this.ledger = new Ledger((rule, detail) => world.violate(rule, detail));
    world.onFlush.push((copy) => this.#lookAtMap(copy));
  }

  take(copy: Copy, [seq, at, kind, payload]: Fact): void {
    if (copy.kind === "account-split" && kind === "split-move-done") this.told.moves += 1;
    if (copy.kind !== "risk-shard" || copy.name.split("/")[1] !== this.#account) return;
    // Each part counts the versions of its limits by itself.
    const text = JSON.stringify({ ...(JSON.parse(payload) as Json), limitsVersion: 0 });
    if (kind === "order-decided" || kind === "execution-booked") this.ledger.take([seq, at, kind, text]);
    if (kind === "order-decided") this.#holdGross(copy, JSON.parse(payload) as Json);
    if (kind === "execution-booked") this.#used = this.used;
  }

  /** What working orders could make of it counts too. Prices stand still. */
  get used(): number {
    let sum = 0;
    for (const symbol of this.#world.market.listed.keys()) {
      const position = this.ledger.position(symbol);
      const high = Math.abs(position + this.ledger.worked(symbol, "buy"));
      const low = Math.abs(position - this.ledger.worked(symbol, "sell"));
      sum += Math.max(high, low) * this.#world.market.priceOf(symbol);
    }
    return sum;
  }

  /** A limit is sent: until it is acknowledged the wider one may hold. */
  limiting(gross: number): void {
    this.#gross = Math.max(this.#gross, gross);
  }

  limited(gross: number): void {
    this.#gross = gross;
    this.told.limits += 1;
  }

  /** A state is sent: until it is acknowledged either of both may stand. */
  stating(): void {
    this.#state = "active";
  }

  stated(state: string): void {
    this.#state = state;
    this.told.states += 1;
  }

  readonly ordered = (id: string, decision: Json): void => {
    this.told.orders += 1;
    const [said, durable] = [String(decision["decision"]), this.ledger.decided.get(id)];
    if (durable?.decision !== said)
      this.#world.violate("R1 acknowledged, so durable", `${id}: told ${said}, and ${durable?.decision}`);
    this.#same(`order ${id}`, JSON.stringify(decision));
  };

  readonly reported = (execId: string, report: Json, result: Json): void => {
    this.told.reports += 1;
    const isBooked = this.ledger.executed.has(execId);
    if ((result["status"] !== "refused") !== isBooked)
      this.#world.violate("R1 acknowledged, so durable", `${execId}: told ${JSON.stringify(result)}`);
    if (result["code"] === "order-unknown")
      this.#world.violate("R2 no report of a known order is lost", `${execId} of ${report["clientOrderId"]}`);
  };

  #same(what: string, text: string): void {
    const before = this.#replies.get(what);
    if (before !== undefined) this.told.repeats += 1;
    if (before !== undefined && before !== text)
      this.#world.violate("R2 one id, one reply", `${what}: ${before} and then ${text}`);
    this.#replies.set(what, text);
  }

  #holdGross(copy: Copy, fact: Json): void {
    const before = this.#used;
    this.#used = this.used;
    if (fact["decision"] !== "reject") this.#holdState(copy, fact);
    if (fact["decision"] === "reject" || this.#used <= before || this.#used <= this.#gross) return;
    const detail = `${copy.label} ${fact["clientOrderId"]}: ${this.#used} of ${this.#gross}, before ${before}`;
    this.#world.violate("E3 all parts together stay within the limit", detail);
  }

  /** After the ledger took it. */
  #holdState(copy: Copy, fact: Json): void {
    const [symbol, side] = [String(fact["symbol"]), fact["side"] === "buy" ? "buy" : "sell"] as const;
    const position = this.ledger.position(symbol);
    const worked = this.ledger.worked(symbol, side);
    const reach = side === "buy" ? position + worked : worked - position;
    if (this.#state !== "active" && reach > 0)
      this.#world.violate(
        "R6 nothing grows in any part after a halt",
        `${copy.label} ${fact["clientOrderId"]} in ${this.#state}`,
      );
  }

  #lookAtMap(copy: Copy): void {
    if (copy.kind !== "account-split" || copy.name.split("/")[1] !== this.#account) return;
    const row = copy.disk.database.prepare("SELECT body FROM split").get() as { body: string } | undefined;
    const version =
      row === undefined ? 0 : (JSON.parse(row.body) as { map: { version: number } }).map.version;
    if (version < this.#version) this.#world.violate("R2 maps rise", `${version} after ${this.#version}`);
    if (version > this.#version) this.told.maps += 1;
    this.#version = version;
  }
}
