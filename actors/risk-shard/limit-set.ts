/** The public limits as the shard evaluates them. What it does not evaluate yet is refused, never ignored. */

import type { LimitInForce } from "../../src/contracts/limits.ts";
import { scaledBigint } from "../../src/domain/decimal.ts";
import { type LimitLevels, PART_SCALE } from "../../src/domain/limit.ts";
import { PERIOD_WINDOWS_MAX, RATE_LIMITS_MAX } from "./capacity.ts";
import type { LimitCheck } from "./checks/check.ts";
import { LIMIT_CHECKS, limitCheckOf } from "./checks/registry.ts";
import { windowsOf } from "./price-ranges.ts";
import type { Refused } from "./refused.ts";
import type { Limit, LimitKind, LimitScopeKind } from "./state.ts";

type PublicLimit = LimitInForce;
type Fault = { readonly path: string; readonly code: string; readonly detail: string };

/** In the registry's order, then as they were put. */
export function limitsFrom(limits: readonly PublicLimit[], account: string): readonly Limit[] | Refused {
  const compiled = limits.map((limit, index) => limitFrom(limit, `limits.${index}`, account));
  const faults = compiled.flatMap((one) => ("code" in one ? [one] : []));
  const [first] = faults;
  if (first !== undefined) return { refuse: codeOf(first), detail: first.detail, errors: faults };
  const kept = compiled.flatMap((one) => ("code" in one ? [] : [one]));
  if (!groupsAgree(kept))
    return { refuse: "field-combination", detail: "a group has the same symbols in all limits of a set" };
  if (windowsOf(kept).length > PERIOD_WINDOWS_MAX)
    return {
      refuse: "too-many-items",
      detail: `at most ${PERIOD_WINDOWS_MAX} windows of price-collar-period`,
    };
  const crowded = COUNTED.find((rate) => kept.filter(({ kind }) => kind === rate).length > RATE_LIMITS_MAX);
  if (crowded !== undefined)
    return { refuse: "too-many-items", detail: `at most ${RATE_LIMITS_MAX} limits of kind ${crowded}` };
  return LIMIT_CHECKS.flatMap((check) => kept.filter(({ kind }) => kind === check.kind));
}

/** Each of them has windows of its own. */
const COUNTED: readonly LimitKind[] = ["max-order-rate", "max-message-rate", "repeated-execution"];

function groupsAgree(limits: readonly Limit[]): boolean {
  const members = new Map<string | undefined, ReadonlySet<string> | undefined>();
  return limits.every(({ scope, symbols = NOBODY }) => {
    if (scope.kind !== "group") return true;
    const known = members.get(scope.id) ?? symbols;
    members.set(scope.id, known);
    return known.size === symbols.size && [...symbols].every((symbol) => known.has(symbol));
  });
}

const NOBODY: ReadonlySet<string> = new Set();

const codeOf = ({ code }: Fault) =>
  code === "scale-exceeded" || code === "field-combination" ? code : "limit-unsupported";

function limitFrom(limit: PublicLimit, path: string, account: string): Limit | Fault {
  const check = limitCheckOf(limit.kind);
  if (check === undefined) {
    return { path: `${path}.kind`, code: "limit-unsupported", detail: "this kind is not evaluated yet" };
  }
  const scope = scopeFrom(limit, check, account);
  if (typeof scope === "string") return { path: `${path}.scope`, code: scope, detail: SCOPE_FAULTS[scope] };
  if (limit.levels !== undefined && !check.standing)
    return {
      path: `${path}.levels`,
      code: "limit-unsupported",
      detail: "only what the book uses has levels",
    };
  const unit = limit.unit ?? "money";
  const scale = check.unit.thresholdScale(unit);
  const threshold = scaledBigint(limit.threshold ?? "0", scale);
  const warnAt = limit.warnAt === undefined ? undefined : scaledBigint(limit.warnAt, scale);
  if (!threshold.ok) return { path: `${path}.threshold`, code: threshold.code, detail: tooFine(scale) };
  if (warnAt?.ok === false) return { path: `${path}.warnAt`, code: warnAt.code, detail: tooFine(scale) };
  const settings = settingsFrom(limit);
  if (typeof settings === "string")
    return { path: `${path}.${settings}`, code: "scale-exceeded", detail: tooFine(PART_SCALE) };
  return {
    id: limit.id,
    kind: check.kind,
    scope,
    threshold: threshold.value,
    ...(warnAt === undefined ? {} : { warnAt: warnAt.value }),
    action: limit.action,
    ...(limit.windowMs === undefined ? {} : { windowMs: limit.windowMs }),
    unit,
    ...settings,
    ...(limit.except === undefined ? {} : { except: new Set(limit.except) }),
  };
}

type Settings = Pick<
  Limit,
  | "reference"
  | "participation"
  | "volatilityReference"
  | "levels"
  | "confidence"
  | "horizonDays"
  | "n"
  | "factor"
  | "rho"
  | "symbols"
>;

/** Or the field that has more decimals than are kept. */
function settingsFrom(limit: PublicLimit): Settings | keyof typeof PARTS {
  const { reference, horizonDays, n, factor, symbols } = limit;
  const settings: { -readonly [Field in keyof Settings]: Settings[Field] } = {};
  for (const field of Object.keys(PARTS) as (keyof typeof PARTS)[]) {
    const text = limit[field];
    if (text === undefined) continue;
    const part = scaledBigint(text, PART_SCALE);
    if (!part.ok) return field;
    settings[field] = part.value;
  }
  if (reference !== undefined) settings.reference = reference;
  if (horizonDays !== undefined) settings.horizonDays = horizonDays;
  if (n !== undefined) settings.n = n;
  if (factor !== undefined) settings.factor = factor;
  if (symbols !== undefined) settings.symbols = new Set(symbols);
  if (limit.levels !== undefined) settings.levels = levelsFrom(limit.levels);
  return settings;
}

const levelsFrom = ({ warn, slow, stop }: NonNullable<PublicLimit["levels"]>): LimitLevels => ({
  ...(warn === undefined ? {} : { warn }),
  ...(slow === undefined ? {} : { slow }),
  ...(stop === undefined ? {} : { stop }),
});

const PARTS = { participation: true, volatilityReference: true, confidence: true, rho: true } as const;

const SCOPE_FAULTS = {
  "limit-unsupported": "this kind is not evaluated in this scope yet",
  "field-combination": "the scope names another account",
} as const;
const tooFine = (scale: number): string => `a threshold of this kind has at most ${scale} decimals`;

function scopeFrom(
  { scope }: PublicLimit,
  check: LimitCheck,
  account: string,
): Limit["scope"] | keyof typeof SCOPE_FAULTS {
  const kind = check.scopes.find((one: LimitScopeKind) => one === (scope?.kind ?? check.scopeDefault));
  if (kind === undefined) return "limit-unsupported";
  if (kind !== "account") return scope?.id === undefined ? { kind } : { kind, id: scope.id };
  return scope?.id === undefined || scope.id === account ? { kind } : "field-combination";
}
