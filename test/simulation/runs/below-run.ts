/** The same account below a firm, with a second one that is never split: together they stay within the firm's limit, and reach it. */
import { OneAccount } from "../checks/one-account.ts";
import { Splitting } from "../load/splitting.ts";
import { Outside } from "../load/trader.ts";
import type { World } from "../world/world.ts";
import { SplitRun } from "./split-run.ts";

const FIRM = "house";
const OTHER = "b";
const PREPARED_MS = 40_000;

export class BelowRun extends SplitRun {
  readonly #world: World;
  readonly #outside: Outside;
  readonly #other: OneAccount;
  readonly #beside: Splitting;
  readonly #limit: number;
  #used = 0;

  constructor(world: World) {
    super(world, { parent: FIRM });
    this.#world = world;
    this.#outside = new Outside(world);
    this.#limit = Math.floor(this.gross * (0.6 + world.random.next()));
    this.#other = new OneAccount(world, this.gross, OTHER);
    this.#beside = new Splitting(world, this.#other, this.gross, {
      ...{ account: OTHER, parent: FIRM, isWhole: true },
    });
    this.record.onFact.push((copy, fact) => {
      this.#other.take(copy, fact);
      if (copy.kind === "risk-shard") this.#holdTogether(copy.label, fact[2], fact[3]);
    });
  }

  protected override others(): readonly Splitting[] {
    return [this.#beside];
  }

  protected override async prepared(): Promise<void> {
    const limits = [{ id: "all", kind: "max-gross-exposure", threshold: String(this.#limit) }];
    let isPut = false;
    const put = async (): Promise<void> => {
      await this.#ask("put", { currency: "USD" });
      await this.#ask("putLimits", { limits });
      isPut = true;
    };
    void put();
    await this.#world.runUntil(this.#world.schedule.now + PREPARED_MS, () => isPut);
  }

  async #ask(method: string, body: object): Promise<void> {
    const given = ["firm", JSON.stringify(body)];
    const label = this.#outside.nextId(`${method} ${FIRM} `);
    await this.#outside.ask({ kind: "firm", name: `t/${FIRM}`, method, given, label });
  }

  #holdTogether(label: string, kind: string, payload: string): void {
    const before = this.#used;
    this.#used = this.one.used + this.#other.used;
    if (kind !== "order-decided" || this.#used <= before || this.#used <= this.#limit) return;
    if ((JSON.parse(payload) as { decision: string }).decision === "reject") return;
    const detail = `${label}: ${this.#used} of ${this.#limit}, before ${before}`;
    this.#world.violate("E3 both accounts stay within the limit of their firm", detail);
  }
}
