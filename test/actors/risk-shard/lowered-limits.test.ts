/** A limit that is lowered below what the book is: it refuses whatever makes more of it, and lets through whatever only closes. */
import { beforeAll, describe, expect, test } from "vitest";
import { LIMIT_CHECKS } from "../../../actors/risk-shard/checks/registry.ts";
import type { LimitScopeKind } from "../../../actors/risk-shard/state.ts";
import { type Check, type Json, RiskBench } from "./bench.ts";
import { BARE, CHIP, CODE, hold, OIL, WIDE } from "./checks/book-world.ts";
import { traded } from "./checks/liquid.ts";
import { knowBars, SYMBOLS } from "./checks/return-world.ts";

const REFERENCE: Readonly<Record<string, Json>> = {
  [CHIP]: { ...{ sector: "tech", country: "US", issuer: "Acme", marginInitial: "0.5" } },
  [CODE]: { ...{ sector: "tech", country: "US", issuer: "Acme", marginInitial: "0.2" } },
  [OIL]: { ...{ sector: "energy", country: "NO", issuer: "Well", marginInitial: "0.3" } },
  [BARE]: { ...{ sector: "dust", country: "NO", issuer: "Bare", marginInitial: "0.9" } },
};
const FACTORS: Readonly<Record<string, number>> = { [CHIP]: 1.5, [CODE]: 0.8, [OIL]: -0.5, [BARE]: 0.1 };
/** By symbol, of the account without a strategy and of one strategy. */
const HELD: Readonly<Record<string, number>> = { [CHIP]: 60, [CODE]: 20, [OIL]: -50 };
const HELD_BY_ALPHA: Readonly<Record<string, number>> = { [CHIP]: 10, [OIL]: -30 };
const heldIn = (symbol: string, strategy: string | undefined): number =>
  strategy === undefined ? (HELD[symbol] ?? 0) + (HELD_BY_ALPHA[symbol] ?? 0) : (HELD_BY_ALPHA[symbol] ?? 0);

async function world(): Promise<RiskBench> {
  const bench = new RiskBench();
  for (const symbol of SYMBOLS) {
    const loading = String(FACTORS[symbol]);
    bench.instrument(symbol, { ...REFERENCE[symbol], factors: { beta: loading, value: loading } });
    bench.platform.liquidity.set(symbol, traded(bench));
    knowBars(bench, symbol);
  }
  await bench.account({ equity: "100000" });
  await bench.limits([WIDE]);
  for (const symbol of SYMBOLS) await bench.price(symbol, { last: "100" });
  await bench.strategy("alpha");
  for (const [symbol, qty] of Object.entries(HELD)) await hold(bench, symbol, String(qty));
  for (const [symbol, qty] of Object.entries(HELD_BY_ALPHA)) await hold(bench, symbol, String(qty), "alpha");
  return bench;
}

/** Counts hold for closing orders too, and losses are no matter of an order. */
const OTHERS = /^max-(working-orders|daily-)|drawdown/;
const PARAMETERS: Readonly<Record<string, Json>> = {
  "max-top-weight": { n: 2 },
  "max-factor-exposure": { factor: "value" },
  "max-days-to-liquidate": { participation: "0.1" },
  "max-cluster-gross": { rho: "0.5" },
};
const scopeOf = (kind: LimitScopeKind): Json =>
  kind === "group"
    ? { scope: { kind, id: "pair" }, symbols: [CHIP, OIL] }
    : kind === "strategy"
      ? { scope: { kind, id: "alpha" } }
      : { scope: { kind } };

const CASES = LIMIT_CHECKS.filter(({ standing, kind }) => standing === true && !OTHERS.test(kind)).flatMap(
  ({ kind, scopes }) => scopes.map((scope) => [kind, scope] as const),
);

const QUANTITIES = [7, 60, 150];
const ORDERS: readonly Json[] = SYMBOLS.flatMap((symbol) =>
  ["buy", "sell"].flatMap((side) =>
    QUANTITIES.flatMap((qty) => [
      { symbol, side, qty: String(qty) },
      { symbol, side, qty: String(qty), strategy: "alpha" },
    ]),
  ),
);

/** All of it closes what the limit's own line holds: that of the strategy, or of the account. */
function closes({ symbol, side, qty, strategy }: Json, scope: LimitScopeKind): boolean {
  const held = heldIn(String(symbol), scope === "strategy" ? String(strategy) : undefined);
  return Number(qty) <= (side === "sell" ? held : -held);
}

const isMore = ({ observed, projected }: Check): boolean =>
  observed !== null && projected !== null && Number(projected) > Number(observed);

let bench: RiskBench;
beforeAll(async () => {
  bench = await world();
});

describe("a limit that is lowered below what is used of it", () => {
  test("is each kind of the book, in each of its scopes", () => {
    expect(CASES.length).toBeGreaterThan(40);
  });

  test.each(CASES)(
    "%s of %s: refuses what makes more of it, and nothing that only closes",
    async (kind, scope) => {
      const limit = { kind, action: "reject", ...PARAMETERS[kind], ...scopeOf(scope) };
      await bench.limits([{ ...limit, threshold: "1000000000" }]);
      const use = ((await bench.shown())["utilisation"] as Json[])[0];
      const threshold = String(Number((Number(use?.["observed"]) / 2).toFixed(6)));
      expect(Number(threshold), "the book uses it").toBeGreaterThan(0);
      await bench.limits([{ ...limit, threshold }]);
      expect((await bench.list("violations"))[0]).toMatchObject({ code: kind, limit: expect.any(String) });
      let [grew, closed] = [0, 0];
      const decisions = await Promise.all(
        ORDERS.map(async (order) => [order, await bench.check(order)] as const),
      );
      for (const [order, decision] of decisions) {
        const check = decision.checks.find(({ code }) => code === kind);
        if (check === undefined || check.verdict === "skip") continue;
        if (closes(order, scope)) {
          closed += 1;
          expect([order, decision.code]).toEqual([order, undefined]);
        } else if (isMore(check) && Number(check.projected) > Number(check.limit)) {
          grew += 1;
          expect([order, decision.decision, decision.code]).toEqual([order, "reject", kind]);
        }
      }
      // All is in one currency: of a whole there is no more.
      const isWhole = kind === "max-weight" && scope === "currency";
      expect([grew > 0, closed > 0]).toEqual([!isWhole, true]);
    },
  );
});
