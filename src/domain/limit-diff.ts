/** Two sets of limits beside each other: what differs, and whether one allows what the other refuses. */
import { scaledBigint } from "./decimal.ts";
import type { LimitAction, LimitKind } from "./limit.ts";
import { PRICE_AGE_MS_MAX } from "./price.ts";

/** A limit as it was put; fields that are not named here are parameters of its kind. */
export type StatedLimit = {
  readonly id: string;
  readonly kind: LimitKind;
  readonly action: LimitAction;
  readonly scope?: { readonly kind: string; readonly id?: string | undefined } | undefined;
  readonly threshold?: string | undefined;
  readonly symbols?: readonly string[] | undefined;
  /** Members of its scope that it does not hold for: each has one of its own, under the same id. */
  readonly except?: readonly string[] | undefined;
};

export type LimitDiff<Stated> = {
  readonly added: readonly Stated[];
  readonly removed: readonly Stated[];
  /** Of the same id: `fields` are those that differ. */
  readonly changed: readonly {
    readonly id: string;
    readonly fields: readonly string[];
    readonly before: Stated;
    readonly after: Stated;
  }[];
};

export function diffOf<Stated extends StatedLimit>(
  before: readonly Stated[],
  after: readonly Stated[],
): LimitDiff<Stated> {
  // Of one id there are several while members of its scope have an override.
  const old = byPlace(before);
  const fresh = byPlace(after);
  const changed = [...fresh].flatMap(([place, limit]) => {
    const was = old.get(place);
    if (was === undefined) return [];
    const fields = differing(was, limit);
    return fields.length === 0 ? [] : [{ id: limit.id, fields, before: was, after: limit }];
  });
  return {
    added: [...fresh].filter(([place]) => !old.has(place)).map(([, limit]) => limit),
    removed: [...old].filter(([place]) => !fresh.has(place)).map(([, limit]) => limit),
    changed,
  };
}

function byPlace<Stated extends StatedLimit>(limits: readonly Stated[]): Map<string, Stated> {
  const places = new Map<string, Stated>();
  const ids = new Set<string>();
  for (const limit of limits) {
    places.set(ids.has(limit.id) ? `${limit.id} ${limit.scope?.id}` : limit.id, limit);
    ids.add(limit.id);
  }
  return places;
}

function differing(one: object, other: object): string[] {
  const [before, after] = [fieldsOf(one), fieldsOf(other)];
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => plain(before.get(name)) !== plain(after.get(name))).sort();
}

const fieldsOf = (limit: object): Map<string, unknown> => new Map(Object.entries(limit));

/** Decimals that differ in trailing zeros are the same, and so are fields in another order. */
function plain(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(bare(value));
  if (Array.isArray(value)) return `[${value.map(plain).sort().join()}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const fields = Object.entries(value).map(([name, field]) => `${name}:${plain(field)}`);
  return `{${fields.sort().join()}}`;
}

const bare = (text: string): string => (/^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, "") : text);

/**
 * Ids of the limits of `before` that nothing in `after` is at least as tight as, and of those in `after` that let through what stood without
 * a limit stops. It says too much rather than too little: limits that only together are as tight as one, and parameters that cannot be put
 * in an order, count as looser. Nothing may be traded under an empty set, so whatever follows on one is looser.
 */
export function loosened(before: readonly StatedLimit[], after: readonly StatedLimit[]): string[] {
  if (after.length === 0) return [];
  if (before.length === 0) return after.map(({ id }) => id);
  const looser = before.filter((limit) => !isCovered(limit, after));
  const older = after.filter(
    (limit) => letsOlderThrough(limit) && !before.some((one) => reaches(one, limit)),
  );
  return [...new Set([...looser, ...older].map(({ id }) => id))];
}

/** A limit on the age of prices takes the place of the usual one. */
const letsOlderThrough = ({ kind, action, threshold = "0" }: StatedLimit): boolean =>
  kind === "max-price-age" && (action === "warn" || isAbove(threshold, String(PRICE_AGE_MS_MAX)));

/** Of the same kind: it lets as much through wherever the other one does. */
function reaches(known: StatedLimit, { kind, scope, action, threshold = "0" }: StatedLimit): boolean {
  if (known.kind !== kind || SEVERITY[known.action] > SEVERITY[action]) return false;
  return holdsForAll(known, { scope }) && !isLooser(kind, threshold, known.threshold ?? "0");
}

function isCovered(limit: StatedLimit, after: readonly StatedLimit[]): boolean {
  const known = new Set(limit.except);
  return after.some((other) => {
    const leftOut = (other.except ?? []).filter((member) => !known.has(member));
    return isAsTight(other, limit) && leftOut.every((member) => isCoveredFor(member, limit, after));
  });
}

const isCoveredFor = (member: string, limit: StatedLimit, after: readonly StatedLimit[]): boolean =>
  after.some((own) => own.scope?.id === member && isAsTight(own, { ...limit, scope: own.scope }));

/** Kinds by which more is refused the larger their threshold is. */
const LARGER_IS_TIGHTER: readonly LimitKind[] = ["duplicate-order"];

/** Whether a threshold lets something through that the other one stops. */
export function isLooser(kind: LimitKind, threshold: string, before: string): boolean {
  return LARGER_IS_TIGHTER.includes(kind) ? isAbove(before, threshold) : isAbove(threshold, before);
}

/** Of decimal text. */
export const isAbove = (one: string, other: string): boolean => scaled(one) > scaled(other);

/** As fine as any decimal text. */
const DECIMALS_MAX = 18;

function scaled(text: string): bigint {
  const found = scaledBigint(text, DECIMALS_MAX);
  if (!found.ok) throw new Error(`a threshold is decimal text: ${found.code}`);
  return found.value;
}

const SEVERITY: Readonly<Record<LimitAction, number>> = { warn: 0, reduce: 1, reject: 2 };

function isAsTight(after: StatedLimit, before: StatedLimit): boolean {
  if (after.kind !== before.kind || SEVERITY[after.action] < SEVERITY[before.action]) return false;
  if (!holdsForAll(after, before) || (remembers(before) && after.id !== before.id)) return false;
  if (before.threshold !== undefined && after.threshold !== undefined)
    if (isLooser(before.kind, after.threshold, before.threshold)) return false;
  return namesAll(after, before) && hasLevels(after, before) && sameParameters(after, before);
}

const REMEMBERING: readonly LimitKind[] = ["max-daily-loss", "max-drawdown", "repeated-execution"];

/** Under another id its peak and its window begin anew, and what has tripped it is forgotten. */
function remembers(limit: StatedLimit): boolean {
  return REMEMBERING.includes(limit.kind) || levelsOf(limit)["stop"] !== undefined;
}

type Scoped = Pick<StatedLimit, "scope">;
function holdsForAll({ scope: after }: Scoped, { scope: before }: Scoped): boolean {
  return after?.kind === before?.kind && (after?.id === undefined || after.id === before?.id);
}

/** A restricted list may name more; who is in a group must be the same. */
function namesAll(after: StatedLimit, before: StatedLimit): boolean {
  const [named, wanted] = [new Set(after.symbols), before.symbols ?? []];
  if (after.kind !== "restricted-list" && named.size !== new Set(wanted).size) return false;
  return wanted.every((symbol) => named.has(symbol));
}

/** From which part of a limit on orders are slowed or stopped: no later than before. */
function hasLevels(after: object, before: object): boolean {
  const [now, then] = [levelsOf(after), levelsOf(before)];
  return ["slow", "stop"].every((level) => {
    const [wanted, found] = [then[level], now[level]];
    return wanted === undefined || (found !== undefined && found <= wanted);
  });
}

function levelsOf(limit: object): Readonly<Record<string, number | undefined>> {
  return "levels" in limit && typeof limit.levels === "object" && limit.levels !== null
    ? // SAFETY: percents by level, as the contract has it.
      (limit.levels as Readonly<Record<string, number | undefined>>)
    : {};
}

/** A warning stops nothing, so where it begins does not matter. */
const COMPARED: ReadonlySet<string> = new Set([
  "id",
  "action",
  "scope",
  "threshold",
  "warnAt",
  "symbols",
  "levels",
  "except",
  "override",
]);

const sameParameters = (after: object, before: object): boolean =>
  differing(before, after).every((field) => COMPARED.has(field));
