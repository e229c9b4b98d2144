/**
 * What must hold of a firm's quotas, worked out from what was acknowledged and from what is shown, by arithmetic of its own. Pure, so that
 * forged quotas can be held against it.
 */
import type { Acknowledged } from "./acknowledged.ts";

export type ShownChild = {
  readonly child: string;
  readonly granted: string;
  readonly used: string;
  readonly isFenced: boolean;
};
export type ShownLimit = {
  readonly budget: string;
  readonly kind: string;
  readonly limit: string;
  readonly granted: string;
  readonly used: string;
  readonly children: readonly ShownChild[];
};
export type ShownQuota = { readonly node: string; readonly limits: readonly ShownLimit[] };

/** Money has 12 decimals at the most, and each of them counts. */
const SCALE = 12;
function scaled(text: string): bigint {
  const [whole = "", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(SCALE, "0"));
}
const isMore = (one: string, other: string): boolean => scaled(one) > scaled(other);

/** By account: what its fills make of each symbol, at the one price there is. */
export type Exposure = { readonly gross: number; readonly long: number; readonly short: number };

export function exposuresOf(
  acknowledged: readonly Acknowledged[],
  price: number,
): ReadonlyMap<string, Exposure> {
  const positions = new Map<string, Map<string, number>>();
  for (const one of acknowledged) {
    if (one.kind !== "execution") continue;
    const { account, symbol, side, body } = one;
    const own = positions.get(account) ?? new Map<string, number>();
    own.set(symbol, (own.get(symbol) ?? 0) + (side === "buy" ? 1 : -1) * Number(body.qty));
    positions.set(account, own);
  }
  const worth = (held: Map<string, number>, valued: (qty: number) => number): number =>
    [...held.values()].reduce((sum, qty) => sum + valued(qty) * price, 0);
  return new Map(
    [...positions].map(([account, held]) => [
      account,
      {
        gross: worth(held, Math.abs),
        long: worth(held, (qty) => Math.max(0, qty)),
        short: worth(held, (qty) => Math.max(0, -qty)),
      },
    ]),
  );
}

/**
 * Granted within the limit, each child's within what is granted, and the parts make up the whole. What closes one side is let through and makes an
 * account more net on the other: of a net limit a child is covered with its next ask, so that is looked at where everybody was heard.
 */
export function quotaFaults({ node, limits }: ShownQuota, isHeard = false): string[] {
  return limits.flatMap(({ budget, kind, limit, granted, children }) => {
    const parts = children.reduce((sum, child) => sum + scaled(child.granted), 0n);
    const isWaited = kind === "max-net-exposure" && !isHeard;
    const over = isWaited ? [] : children.filter((child) => isMore(child.used, child.granted));
    return [
      ...(isMore(granted, limit) ? [`${node} ${budget}: ${granted} granted of ${limit}`] : []),
      ...(parts === scaled(granted)
        ? []
        : [`${node} ${budget}: children do not have the ${granted} that is granted`]),
      ...over.map(({ child, used, granted: own }) => `${node} ${budget}: ${child} uses ${used} of ${own}`),
      ...children
        .filter(({ isFenced }) => isFenced)
        .map(({ child }) => `${node} ${budget}: ${child} is fenced`),
    ];
  });
}

/** What a desk has to share out of a limit above it is no more than it was granted there. */
export function chainFaults(parent: ShownQuota, child: ShownQuota): string[] {
  return child.limits.flatMap(({ budget, limit }) => {
    const above = parent.limits.find((one) => one.budget === budget);
    const granted = above?.children.find((one) => one.child === child.node)?.granted;
    if (granted === undefined || !isMore(limit, granted)) return [];
    return [`${child.node} has ${limit} of ${budget}, ${parent.node} has granted it ${granted}`];
  });
}

/** What is used according to the quotas is what the fills make, limit by limit; and within the limit, whatever the quotas say. */
export function useFaults({ node, limits }: ShownQuota, exposures: readonly Exposure[]): string[] {
  return limits.flatMap(({ budget, kind, limit, used }) => {
    const of = measureOf(kind, budget);
    if (of === undefined) return [];
    const sum = exposures.reduce((total, exposure) => total + of(exposure), 0);
    return [
      ...(sum > Number(limit) ? [`${node} ${budget}: fills make ${sum}, the limit is ${limit}`] : []),
      ...(sum !== Number(used) ? [`${node} ${budget}: fills make ${sum}, ${used} is told`] : []),
    ];
  });
}

type Amounts = ReadonlyMap<string, bigint>;
/** A firm or desk as it stood on its disk: what it may grant of each budget, what it has granted, and what its children's disks say. */
export type DiskNode = {
  readonly node: string;
  readonly limits: Amounts;
  readonly granted: ReadonlyMap<string, Amounts>;
  readonly held: ReadonlyMap<string, Amounts>;
};

/** At any instant: granted within the limit, and nobody holds more than was granted, to the last digit. */
export function diskFaults({ node, limits, granted, held }: DiskNode): string[] {
  const faults: string[] = [];
  for (const [budget, limit] of limits) {
    const sum = [...granted.values()].reduce((total, amounts) => total + (amounts.get(budget) ?? 0n), 0n);
    if (sum > limit) faults.push(`${node} ${budget}: ${sum} granted of ${limit} on disk`);
  }
  for (const [child, amounts] of held)
    for (const [budget, amount] of amounts) {
      const given = granted.get(child)?.get(budget) ?? 0n;
      if (amount > given)
        faults.push(`${child} ${budget}: holds ${amount}, ${node} has granted ${given} on disk`);
    }
  return faults;
}

function measureOf(kind: string, budget: string): ((exposure: Exposure) => number) | undefined {
  if (kind === "max-gross-exposure") return ({ gross }) => gross;
  if (kind === "max-long-notional") return ({ long }) => long;
  if (kind === "max-short-notional") return ({ short }) => short;
  if (kind !== "max-net-exposure") return undefined;
  const isLong = budget.endsWith("/long");
  // Of a net limit a child uses what it is net on that side, and nothing on the other.
  return ({ long, short }) => Math.max(0, isLong ? long - short : short - long);
}
