/** Seeded walks under sets of all kinds of limits that the naive account knows: each decision, code and quantity is its own. */
import { expect, test } from "vitest";
import { AAPL, type Decision, type Json, MSFT } from "./bench.ts";
import type { ModelOrder } from "./model.ts";
import { type Attributes, type KindLimit, KindsModel } from "./model-kinds.ts";
import { NVDA, Walk } from "./walk.ts";

const REFERENCE: Readonly<Record<string, Attributes>> = {
  [AAPL]: {
    sector: "devices",
    country: "US",
    issuer: "apple",
    factors: { momentum: "0.5", beta: "1.2" },
    marginInitial: "0.5",
  },
  [MSFT]: {
    sector: "software",
    country: "US",
    issuer: "microsoft",
    factors: { momentum: "-0.25", beta: "0.9" },
  },
  [NVDA]: {
    sector: "devices",
    country: "TW",
    issuer: "nvidia",
    factors: { momentum: "2", beta: "1.75" },
    marginInitial: "0.8",
  },
};

type Given = Omit<KindLimit, "threshold">;
const of = (kind: string, text: string, action: string, more: Partial<Given> = {}): KindLimit => ({
  kind,
  text,
  action,
  threshold: 0,
  ...more,
});

const SETS: readonly (readonly KindLimit[])[] = [
  [
    of("max-long-notional", "9000", "reduce"),
    of("max-long-notional", "5000", "reduce", { scope: "sector" }),
    of("max-short-notional", "7000", "reduce"),
    of("max-short-notional", "3000", "reduce", { scope: "symbol" }),
    of("max-gross-exposure", "6500", "reduce", { scope: "sector", member: "devices" }),
    of("max-gross-exposure", "1.1", "reduce", { unit: "equity-percent" }),
    of("max-net-exposure", "5500", "reduce", { scope: "country" }),
    of("max-net-exposure", "0.45", "reduce", {
      scope: "group",
      member: "pair",
      symbols: [AAPL, MSFT],
      unit: "equity-percent",
    }),
    of("max-daily-orders", "900", "reject"),
  ],
  [
    of("max-position-qty", "70", "reduce"),
    of("max-gross-exposure", "6000", "reduce", { scope: "strategy" }),
    of("max-leverage", "0.008", "reduce"),
    of("max-message-rate", "9", "reject", { windowMs: 9_000 }),
    of("price-collar", "900", "reject", { reference: "last" }),
    of("max-weight", "92", "reduce", { scope: "sector" }),
    of("max-top-weight", "85", "reduce", { n: 2 }),
    of("max-spread", "30", "reject"),
    of("max-margin-use", "0.85", "reduce"),
  ],
  [
    of("max-order-qty", "60", "reduce"),
    of("max-leverage", "0.006", "reduce", { scope: "country", member: "US" }),
    of("max-daily-trades", "700", "reject", { scope: "symbol" }),
    of("duplicate-order", "4000", "reject"),
    of("max-concentration", "0.7", "reduce"),
    of("max-factor-exposure", "0.009", "reduce", { factor: "momentum" }),
    of("max-beta-exposure", "1.2", "reduce"),
    of("restricted-list", "0", "reject", { scope: "strategy", member: "beta", symbols: [NVDA] }),
    of("max-working-orders", "14", "reject"),
  ],
];

class KindsWalk extends Walk {
  override readonly model: KindsModel;
  /** Kinds that an order failed by. */
  readonly met = new Set<string>();
  #before: ModelOrder | undefined;
  constructor(seed: number, set: readonly KindLimit[]) {
    const model = new KindsModel();
    super(seed, model);
    this.model = model;
    model.limits = [...set];
  }

  protected override list(): void {
    for (const [symbol, attributes] of Object.entries(REFERENCE)) {
      this.model.attributes.set(symbol, attributes);
      this.bench.instrument(symbol, attributes);
    }
  }

  override async putLimits(): Promise<void> {
    const reply = await this.bench.limits(this.model.limits.map(asPublic));
    expect(reply, "the set is taken").toMatchObject({ ok: true });
  }

  /** Limits of the day count from when they were put: the set stays. */
  override async step(): Promise<void> {
    const roll = this.random();
    if (roll < 0.45) await this.order();
    else if (roll < 0.75) await this.report();
    else if (roll < 0.93) await this.quote(this.pick(Object.keys(REFERENCE)));
    else if (roll < 0.98) this.bench.clock.pass(this.upTo(this.random() < 0.1 ? 70_000 : 3_000));
    else this.bench.restart();
  }

  protected override decided(order: ModelOrder, { checks }: Decision): void {
    for (const { code, verdict } of checks) if (verdict === "fail") this.met.add(code);
    this.model.messages.push({ at: order.at, symbol: order.symbol, strategy: order.strategy });
  }

  protected override filled(order: ModelOrder | undefined, symbol: string): void {
    this.model.fills.push({ at: this.bench.now, symbol, strategy: order?.strategy ?? "" });
  }

  /** Now and then the order before once more, under another name. */
  protected override draw(): ModelOrder {
    const again = this.#before !== undefined && this.random() < 0.1;
    const order = again ? { ...this.#before!, id: this.nextId(), at: this.bench.now } : super.draw();
    this.#before = { ...order, asked: order.qty };
    return this.#before;
  }
}

function asPublic({ kind, scope, member, text, action, threshold: _, ...more }: KindLimit): Json {
  return {
    kind,
    action,
    ...(kind === "restricted-list" ? {} : { threshold: text }),
    ...(scope === undefined
      ? {}
      : { scope: { kind: scope, ...(member === undefined ? {} : { id: member }) } }),
    ...more,
  };
}

const STEPS = 350;
test.each([0, 1, 2])(
  "set %i decides as the naive account does, whatever happened before",
  async (place) => {
    const met = new Set<string>();
    for (const seed of [3, 11]) {
      const walk = new KindsWalk(seed * 10 + place, SETS[place]!);
      await walk.begin();
      for (let step = 0; step < STEPS; step++) {
        await walk.step();
        walk.holdReservations();
      }
      await walk.hold();
      for (const kind of walk.met) met.add(kind);
    }
    for (const { kind } of SETS[place]!)
      if (!kind.startsWith("max-daily")) expect([...met], "each limit bound now and then").toContain(kind);
  },
  60_000,
);
