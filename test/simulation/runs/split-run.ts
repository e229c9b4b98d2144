/** One account with a limit of the whole, split into two shards, three, and merged again, while orders and reports flow through edges. */
import { priceHubOf } from "../../../actors/price-hub/address.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import { instrumentOf } from "../../support/instruments.ts";
import { holdFence, holdMirror, unsettled } from "../checks/converged.ts";
import { EscrowChecks } from "../checks/escrow.ts";
import type { Json } from "../checks/ledger.ts";
import { OneAccount } from "../checks/one-account.ts";
import { FactRecord } from "../checks/record.ts";
import { FlushChecks } from "../checks/timers.ts";
import { ACCOUNT, Splitting, type Standing } from "../load/splitting.ts";
import { Chaos } from "../world/chaos.ts";
import type { Copy } from "../world/copy.ts";
import type { World } from "../world/world.ts";

const SAFETY_MS = 15_000;
const READY_MS = 40_000;
/** Once the faults are over everything is settled, and a split has ended, within this time. */
const CONVERGED_MS = 60_000;
const LOOK_MS = 1_000;
const SYMBOLS: readonly (readonly [symbol: string, price: number])[] = [
  ...([
    ["XNAS:AAPL", 100],
    ["XNAS:MSFT", 50],
    ["XNAS:NVDA", 20],
  ] as const),
  ...([
    ["XNAS:INTC", 10],
    ["XNAS:AMD", 40],
    ["XNAS:TSLA", 80],
  ] as const),
];

export class SplitRun {
  readonly chaos: Chaos;
  readonly #world: World;
  protected readonly record: FactRecord;
  readonly #escrow: EscrowChecks;
  protected readonly gross: number;
  protected readonly one: OneAccount;
  readonly #splitting: Splitting;

  constructor(world: World, standing: Standing = {}) {
    this.#world = world;
    world.market.isStill = true;
    const gross = world.random.between(3_000, 30_000);
    this.record = new FactRecord(world);
    this.one = new OneAccount(world, gross);
    this.record.onFact.push((copy, fact) => this.one.take(copy, fact));
    new FlushChecks(world, this.record);
    this.#escrow = new EscrowChecks(world, this.record);
    // Of a part there is one copy only: which of two has what moved nobody can say.
    this.chaos = new Chaos(world, () => () => undefined, new Set());
    this.#splitting = new Splitting(world, this.one, gross, standing);
    this.gross = gross;
    for (const [symbol, price] of SYMBOLS)
      world.market.list(instrumentOf({ symbol }), price, priceHubOf(symbol as Symbol));
  }

  get told(): Readonly<Record<string, number>> {
    return { ...this.one.told, ...this.#splitting.ends, looks: this.#escrow.looks };
  }

  /** Whoever else is there. */
  protected others(): readonly Splitting[] {
    return [];
  }

  get #all(): readonly Splitting[] {
    return [this.#splitting, ...this.others()];
  }

  /** Before anybody trades. */
  protected async prepared(): Promise<void> {}

  async safety(): Promise<void> {
    const { schedule } = this.#world;
    await this.prepared();
    for (const each of this.#all) each.begin();
    await this.#world.runUntil(schedule.now + READY_MS, () => this.#all.every(({ isReady }) => isReady));
    await this.#world.runUntil(schedule.now + SAFETY_MS);
  }

  async convergence(): Promise<void> {
    const { objects, faults } = this.#world;
    for (const each of this.#all) each.close();
    faults.isOn = false;
    const debtMs = Math.max(0, ...objects.all.map(({ skewMs }) => skewMs));
    for (const copy of objects.all) if (copy.skewMs !== 0) objects.stepClock(copy, -copy.skewMs);
    await this.#settle(debtMs);
    await this.#hold();
    for (const copy of objects.all) objects.crash(copy, "in the end");
    await this.#settle(debtMs);
    await this.#hold();
    // What was aborted under faults ends well without them.
    await this.#within("R13 without faults the account is merged", async () => {
      const ended = await this.#splitting.splitInto(1);
      if (ended !== "done") this.#world.violate("R13 without faults a split is done", ended);
    });
    await this.#settle(debtMs);
    await this.#hold();
  }

  async #settle(debtMs: number): Promise<void> {
    const { schedule, violations } = this.#world;
    const until = schedule.now + CONVERGED_MS + debtMs;
    while (violations.length === 0 && !this.#isSettled() && schedule.now < until)
      await this.#world.runUntil(schedule.now + LOOK_MS);
    if (violations.length === 0 && !this.#isSettled()) {
      const inTheWay = [...unsettled(this.#world), ...this.#all.flatMap(({ waiting }) => [...waiting])];
      this.#world.violate("R13 converged", inTheWay.slice(0, 5).join("; "));
    }
  }

  #isSettled(): boolean {
    const { all } = this.#world.objects;
    return (
      this.#all.every(({ isQuiet, hasSplit }) => isQuiet && hasSplit) &&
      unsettled(this.#world).length === 0 &&
      !all.some(({ disk }) => disk.isPending)
    );
  }

  async #hold(): Promise<void> {
    const world = this.#world;
    if (world.violations.length > 0) return;
    holdMirror(world, this.record);
    holdFence(world, this.record);
    for (const child of this.#escrow.fenced) world.violate("E4 nobody is fenced for nothing", child);
    await this.#within("R13 everything answers", async () => {
      await this.#holdParts();
      await this.#holdWhole();
    });
  }

  async #within(rule: string, work: () => Promise<void>): Promise<void> {
    const world = this.#world;
    if (world.violations.length > 0) return;
    let isDone = false;
    work().then(
      () => {
        isDone = true;
      },
      (error: unknown) => world.violate(rule, error instanceof Error ? String(error.stack) : String(error)),
    );
    await world.runUntil(world.schedule.now + CONVERGED_MS, () => isDone);
    if (!isDone && world.violations.length === 0) world.violate(rule, "not within a minute");
  }

  /** No fence stands, and each id is known by one part. */
  async #holdParts(): Promise<void> {
    const world = this.#world;
    const clientOrderIds = this.#splitting.acknowledged.map(({ id }) => id);
    const known = new Map<string, string[]>();
    const parts = world.objects.all.filter(
      ({ kind, name }) => kind === "risk-shard" && name.startsWith(`t/${ACCOUNT}`),
    );
    for (const part of parts) {
      const standing = await this.#asked(part, { type: "map" });
      if (standing["move"] !== undefined)
        world.violate("R13 no fence stands", `${part.label}: ${JSON.stringify(standing["move"])}`);
      const { clientOrderIds: here } = (await this.#asked(part, {
        type: "knows",
        clientOrderIds,
      })) as unknown as {
        clientOrderIds: readonly string[];
      };
      for (const id of here) known.set(id, [...(known.get(id) ?? []), part.label]);
    }
    for (const id of clientOrderIds)
      if (known.get(id)?.length !== 1)
        world.violate("R2 each order is in one part", `${id}: ${known.get(id)?.join(", ") ?? "in none"}`);
  }

  async #asked({ kind, name }: Copy, work: object): Promise<Json> {
    const { value } = await this.#world.call(kind, name, "parts", this.#splitting.outside.envelope(), work);
    const reply = value as { ok: boolean; value: string };
    if (!reply.ok) throw new Error(`${name} refused ${JSON.stringify(work)}: ${JSON.stringify(reply)}`);
    return JSON.parse(reply.value) as Json;
  }

  /** What the account shows at an edge is what all facts together say. */
  async #holdWhole(): Promise<void> {
    const [world, { ledger }] = [this.#world, this.one];
    const orders = (await this.#list("workingOrders")).filter((order) => order["status"] === "working");
    const shown = orders.map((order) => `${order["clientOrderId"]} ${order["remainingQty"]}`).sort();
    const owed = ledger.working.map(({ id, qty, filled }) => `${id} ${qty - filled}`).sort();
    if (shown.join() !== owed.join())
      world.violate("R6 working orders are those of the facts", `${shown} instead of ${owed}`);
    const positions = await this.#list("positions");
    for (const symbol of world.market.listed.keys()) {
      const held = positions
        .filter((line) => line["symbol"] === symbol)
        .reduce((sum, { qty }) => sum + Number(qty), 0);
      if (held !== ledger.position(symbol))
        world.violate(
          "R6 positions are those of the facts",
          `${symbol}: ${held} of ${ledger.position(symbol)}`,
        );
    }
    const told = await this.#splitting.edge.account(ACCOUNT);
    const gross = told.ok ? Number((JSON.parse(told.value) as Json)["gross"]) : told.code;
    if (gross !== this.one.used)
      world.violate("R6 gross is that of the facts", `${gross} instead of ${this.one.used}`);
  }

  async #list(method: "positions" | "workingOrders"): Promise<Json[]> {
    const told = await this.#splitting.edge.list(ACCOUNT, method);
    if (!told.ok) throw new Error(`${method}: ${told.code}`);
    return told.value.items.map((item) => JSON.parse(item) as Json);
  }
}
