/** Forty limits of all kinds that hold for an order of the benchmark and let it pass: each kind that is evaluated, then further scopes. */
import { limitCheckOf } from "../../actors/risk-shard/checks/registry.ts";
import { LIMIT_KINDS, type LimitKind } from "../../src/domain/limit.ts";

export const FORTY = 40;

type Fields = Readonly<Record<string, unknown>>;

/** What every instrument of these rows says of itself. */
export const CLASSES = {
  ...{ sector: "tech", country: "US", issuer: "bench", marginInitial: "0.1", marginMaintenance: "0.05" },
  factors: { beta: 1, size: 0.5 },
} as const;

const WIDE = { threshold: "100000000000000" };
const MINUTE = { windowMs: 60_000 };
/** Of another symbol: it would let nothing pass. */
const ELSEWHERE = "BENCH:ELSEWHERE";

const OF_KIND: Readonly<Record<LimitKind, Fields>> = {
  "max-order-qty": WIDE,
  "max-order-notional": WIDE,
  "max-position-qty": WIDE,
  "max-position-notional": WIDE,
  "max-long-notional": WIDE,
  "max-short-notional": WIDE,
  "max-gross-exposure": WIDE,
  "max-net-exposure": WIDE,
  "max-leverage": { threshold: "1000000" },
  "max-working-orders": { threshold: "100000" },
  "max-order-rate": { threshold: "100000000", ...MINUTE },
  "max-message-rate": { threshold: "100000000", ...MINUTE },
  "max-daily-orders": { threshold: "100000000" },
  "max-daily-trades": { threshold: "100000000" },
  "max-daily-turnover": WIDE,
  "price-collar": { threshold: "2000", reference: "mid" },
  "price-collar-period": { threshold: "2000", ...MINUTE },
  "max-price-age": { threshold: "60000" },
  "duplicate-order": { threshold: "1000" },
  "repeated-execution": { threshold: "100000000", ...MINUTE, scope: { kind: "account" } },
  "restricted-list": { symbols: [ELSEWHERE] },
  "max-weight": { threshold: "100" },
  "max-top-weight": { threshold: "100", n: 10 },
  "max-concentration": { threshold: "1" },
  "max-factor-exposure": { threshold: "1000000", factor: "size" },
  "max-beta-exposure": { threshold: "100000000" },
  "max-correlation": { threshold: "1" },
  "max-cluster-gross": { ...WIDE, rho: "0.9" },
  "max-adv-participation": { threshold: "1000000" },
  "max-volume-participation": { threshold: "1000000" },
  "max-spread": { threshold: "1000" },
  "max-days-to-liquidate": { threshold: "1000000", participation: "0.5" },
  "max-impact": { threshold: "1000000" },
  "max-margin-use": { threshold: "1000000" },
  "max-var": { ...WIDE, confidence: "0.99", horizonDays: 1 },
  "max-daily-loss": WIDE,
  "max-drawdown": { threshold: "99" },
  "self-match": {},
  "reduce-only": { scope: { kind: "symbol", id: ELSEWHERE } },
};

const SCOPES = ["symbol", "sector", "country", "currency", "issuer"] as const;
const SCOPED = ["max-gross-exposure", "max-net-exposure", "max-long-notional", "max-short-notional"] as const;

/** Kinds whose data a row does not have are left out; further scopes take their places. */
export function fortyLimits(without: readonly LimitKind[] = []): readonly object[] {
  const has = (kind: LimitKind): boolean => limitCheckOf(kind) !== undefined && !without.includes(kind);
  const kinds = LIMIT_KINDS.filter(has).map((kind) => ({ kind, ...OF_KIND[kind] }));
  const further = SCOPES.flatMap((scope) =>
    SCOPED.filter(has).map((kind) => ({ kind, ...OF_KIND[kind], scope: { kind: scope } })),
  );
  return [...kinds, ...further]
    .slice(0, FORTY)
    .map((limit, index) => ({ id: `l${index}`, action: "reject", ...limit }));
}
