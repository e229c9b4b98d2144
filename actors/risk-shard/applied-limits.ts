/**
 * Which limits of a set hold for an order, and the numbers that they compare by. It is the same for nearly all orders under a set,
 * so it is worked out once for all of those that no limit tells apart.
 */
import { assert } from "../../src/domain/assert.ts";
import { decimalText } from "../../src/domain/decimal.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { CLASS_KINDS } from "../../src/domain/limit.ts";
import { APPLIED_LIMITS_MAX } from "./capacity.ts";
import type { Applied, AppliedLimits, Bound, Gathering, LimitCheck } from "./checks/check.ts";
import { limitCheckOf } from "./checks/registry.ts";
import type { Ground } from "./checks/units.ts";
import type { Classes, Inputs } from "./inputs.ts";
import { type Limit, NO_STRATEGY, type Quota } from "./state.ts";

export type Subject = {
  readonly symbol: string;
  readonly strategy: string;
  /** Of the symbol; absent where the set is not scoped by them. */
  readonly classes?: Classes | undefined;
  /** In place of a symbol: all of a group. */
  readonly group?: string | undefined;
};

export const holdsFor = (limit: Limit, subject: Subject): boolean =>
  isInScope(limit, subject) && limit.except?.has(memberOf(limit, subject)) !== true;

function isInScope(limit: Limit, subject: Subject): boolean {
  const { scope } = limit;
  switch (scope.kind) {
    case "account":
      return true;
    case "symbol":
    case "strategy": {
      const member = subject[scope.kind];
      return member !== NO_STRATEGY && (scope.id === undefined || scope.id === member);
    }
    case "group":
      if (subject.group !== undefined) return subject.group === scope.id;
      return limit.symbols?.has(subject.symbol) === true;
    default:
      return isOfClass(scope, subject.classes?.[scope.kind], subject.classes !== undefined);
  }
}

/** Where reference data does not say which class it is, it may be any: the limit holds, and cannot be measured. */
function isOfClass({ id }: Limit["scope"], member: string | undefined, isClassed: boolean): boolean {
  if (member === undefined) return isClassed;
  return id === undefined || id === member;
}

/** Whom of a limit's scope the subject is of; "" of an account, and of a class that is not known. */
export function memberOf({ scope }: Limit, subject: Subject): string {
  switch (scope.kind) {
    case "account":
      return "";
    case "symbol":
    case "strategy":
      return subject[scope.kind];
    case "group":
      return scope.id ?? "";
    default:
      return subject.classes?.[scope.kind] ?? "";
  }
}

/** Undefined where no limit of the set is scoped by what reference data says. */
export function classesFor(
  limits: readonly Limit[],
  instrument: Instrument | undefined,
): Classes | undefined {
  if (instrument === undefined || !knownOf(limits).isClassed) return undefined;
  const { sector, country, currency, issuer } = instrument;
  return { sector, country, currency, issuer };
}

export function limitsFor(limits: readonly Limit[], subject: Subject): AppliedLimits {
  const known = knownOf(limits);
  const { newest } = known;
  if (newest !== undefined && isSame(newest.subject, subject)) return newest.found;
  const symbol = kindOf(known, subject);
  const strategy = asNamed(subject.strategy, known.strategies);
  const found =
    known.applied.get(symbol)?.get(strategy) ?? remember(known, symbol, strategy, applied(limits, subject));
  known.newest = { subject, found };
  return found;
}

/** Before any text is put together: it is looked for twice for each order, and the next one is mostly of the same symbol. */
function isSame(one: Subject, other: Subject): boolean {
  const { symbol, strategy, classes = NO_CLASSES, group } = one;
  if (symbol !== other.symbol || strategy !== other.strategy || group !== other.group) return false;
  const { sector, country, currency, issuer } = other.classes ?? NO_CLASSES;
  return (
    (one.classes === undefined) === (other.classes === undefined) &&
    classes.sector === sector &&
    classes.country === country &&
    classes.currency === currency &&
    classes.issuer === issuer
  );
}

export const groundOf = ({ instrument, standing }: Inputs): Ground => ({
  sizeScale: instrument?.sizeScale ?? 0,
  equity: standing.equity,
});

/** Of each limit of a set, by its place in it. */
export function boundsAt(limits: readonly Limit[], ground: Ground): readonly Bound[] {
  const { bounds, isOfEquity } = knownOf(limits);
  const newest = bounds[ground.sizeScale];
  if (newest !== undefined && (!isOfEquity || newest.equity === ground.equity)) return newest.bounds;
  const found = limits.map((limit, place) => {
    const known = limit.unit === "money" ? newest?.bounds[place] : undefined;
    return known ?? boundOf(limit, ground);
  });
  bounds[ground.sizeScale] = { equity: ground.equity, bounds: found };
  return found;
}

/** Symbols of one text are alike to the set: no limit tells them apart. */
function kindOf({ symbols, groups, isClassed }: Known, { symbol, classes }: Subject): string {
  const named = asNamed(symbol, symbols);
  if (!isClassed && groups.length === 0) return named;
  const { sector, country, currency, issuer } = classes ?? NO_CLASSES;
  const memberships = groups.map((group) => (group.has(symbol) ? 1 : 0)).join("");
  return `${named}|${sector ?? ""}|${country ?? ""}|${currency ?? ""}|${issuer ?? ""}|${memberships}`;
}

const NO_CLASSES: Partial<Classes> = {};

type Known = {
  /** Whom limits of the set name: all others are alike to it. */
  readonly symbols: ReadonlySet<string>;
  readonly strategies: ReadonlySet<string>;
  /** Members of each group that a limit is about. */
  readonly groups: readonly ReadonlySet<string>[];
  /** Some are scoped by what reference data says. */
  readonly isClassed: boolean;
  /** Of whom was asked last. */
  newest: { readonly subject: Subject; readonly found: AppliedLimits } | undefined;
  /** By symbol, then by strategy, as far as the set tells them apart. */
  readonly applied: Map<string, Map<string, AppliedLimits>>;
  /** How many limits that is. */
  size: number;
  /** Some are parts of the equity, which each price changes: those are worked out again. */
  readonly isOfEquity: boolean;
  /** By size scale, of the equity that was asked for last. */
  readonly bounds: ({ readonly equity: bigint; readonly bounds: readonly Bound[] } | undefined)[];
};

/** A set never changes: another one takes its place. */
const KNOWN = new WeakMap<readonly Limit[], Known>();

function knownOf(limits: readonly Limit[]): Known {
  const known = KNOWN.get(limits);
  if (known !== undefined) return known;
  const symbols = namedIn(limits, "symbol");
  const strategies = namedIn(limits, "strategy");
  const isOfEquity = limits.some(({ unit }) => unit === "equity-percent");
  const groups = limits.flatMap((limit) => (limit.scope.kind === "group" ? (limit.symbols ?? []) : []));
  const isClassed = limits.some(({ scope }) => CLASS_KINDS.some((kind) => kind === scope.kind));
  const sets = { symbols, strategies, groups, isClassed };
  const made: Known = { ...sets, newest: undefined, applied: new Map(), size: 0, isOfEquity, bounds: [] };
  KNOWN.set(limits, made);
  return made;
}

const namedIn = (limits: readonly Limit[], kind: Limit["scope"]["kind"]): ReadonlySet<string> =>
  new Set(limits.flatMap(({ scope }) => (scope.kind === kind ? (scope.id ?? []) : [])));

/** No symbol and no id. */
const OTHER = "*";

const asNamed = (member: string, named: ReadonlySet<string>): string =>
  member === NO_STRATEGY || named.has(member) ? member : OTHER;

/** At the bound all are forgotten, and found again as they are asked for. */
function remember(known: Known, symbol: string, strategy: string, found: AppliedLimits): AppliedLimits {
  known.size += found.limits.length;
  if (known.size > APPLIED_LIMITS_MAX) {
    known.applied.clear();
    known.size = found.limits.length;
  }
  const ofSymbol = known.applied.get(symbol) ?? new Map<string, AppliedLimits>();
  known.applied.set(symbol, ofSymbol.set(strategy, found));
  return found;
}

function applied(set: readonly Limit[], subject: Subject): AppliedLimits {
  const limits: Applied[] = [];
  const rates: Limit[] = [];
  const gathering: Gathering[] = [];
  const quotas: Quota[] = [];
  let priceAgeMax: number | undefined;
  for (const [place, limit] of set.entries()) {
    if (!holdsFor(limit, subject)) continue;
    const check = limitCheckOf(limit.kind);
    assert(check !== undefined, "a limit of a kind without a check is refused when it is put");
    const isMeasured = measuresAlike(limits.at(-1), limit);
    const { kind, scope } = limit;
    const foundIndex = gathering.length - Number(isMeasured);
    const indices = { rateIndex: rates.length, foundIndex, quotaIndex: quotas.length };
    const gather = gatherOf(check, limit);
    const flat = {
      measure: check.measure,
      onlyWarns: limit.action === "warn",
      isInherited: limit.quota !== undefined,
      ofClass: CLASS_KINDS.find((one) => one === scope.kind),
      gathers: gather !== undefined,
    };
    const one: Applied = { limit, kind, scope: scope.kind, place, check, isMeasured, ...flat, ...indices };
    limits.push(one);
    if (gather !== undefined && !isMeasured) gathering.push({ limit, scope: scope.kind, gather });
    if (limit.kind === "max-order-rate") rates.push(limit);
    if (limit.quota !== undefined) quotas.push(limit.quota);
    if (limit.kind === "max-price-age")
      priceAgeMax = Math.min(priceAgeMax ?? Number.POSITIVE_INFINITY, Number(limit.threshold));
  }
  return { isEmptySet: set.length === 0, limits, rates, gathering, quotas, priceAgeMax };
}

function gatherOf(check: LimitCheck, limit: Limit): LimitCheck["gather"] {
  const gathers =
    check.gathersIn?.includes(limit.scope.kind) !== false && check.gathersFor?.(limit) !== false;
  return gathers ? check.gather : undefined;
}

function measuresAlike(before: Applied | undefined, limit: Limit): boolean {
  if (before?.limit.kind !== limit.kind) return false;
  const { check, limit: other } = before;
  if (check.parameters !== undefined && check.parameters(other) !== check.parameters(limit)) return false;
  if (check.scopeless === true) return true;
  const isGroup = limit.scope.kind === "group";
  return other.scope.kind === limit.scope.kind && (!isGroup || other.scope.id === limit.scope.id);
}

function boundOf(limit: Limit, ground: Ground): Bound {
  const unit = limitCheckOf(limit.kind)?.unit;
  assert(unit !== undefined, "a limit of a kind without a check is refused when it is put");
  const value = unit.bound(ground, limit, limit.threshold);
  const warnAt = limit.warnAt === undefined ? undefined : unit.bound(ground, limit, limit.warnAt);
  const scale = unit.scale(ground);
  return { value, warnAt, scale, text: decimalText(value, scale) };
}

/** How many limits are kept ready for the members of a set. */
export const appliedLimitsKept = (limits: readonly Limit[]): number => knownOf(limits).size;
