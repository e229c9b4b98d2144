/** A firm or desk, and its quotas, as the public contract shows them. */

import { decimalText } from "../../src/domain/decimal.ts";
import { isCountKind } from "../../src/domain/firm.ts";
import { MONEY_SCALE } from "../../src/domain/money.ts";
import { amountOf, atLeastNothing } from "../runtime/escrow/amounts.ts";
import type { Budget, GrantedChild } from "../runtime/escrow/grants-state.ts";
import { isCurrent } from "../runtime/escrow/holding.ts";
import { NEED_MS } from "../runtime/escrow/limits.ts";
import { type Amounts, PARENT_SILENCE_MS_MAX, type ParentLimit } from "../runtime/escrow/messages.ts";
import { placeOf } from "./address.ts";
import { bookOf } from "./book.ts";
import type { NodeReply, QuotaPage, QuotaView } from "./messages.ts";
import type { FirmNode, Trading } from "./state.ts";

/** All that is below hears of a change within this, or cannot grow: the silence that is borne counts from whoever said it first. */
export const BOUND_MS = PARENT_SILENCE_MS_MAX;

/** Times are by our own clock. */
type Shown = Omit<NodeReply, "state" | "above"> & {
  readonly state: Trading;
  readonly above: readonly (Trading & { readonly node: string })[];
};

export function nodeText(node: FirmNode, seq: number, at: number): string {
  const { name, terms, trading, set, holding } = node;
  const above = holding?.book?.states ?? [];
  const shown: Shown = {
    node: name,
    id: name.slice(name.indexOf(":") + 1),
    currency: terms.currency,
    policy: terms.policy,
    reserve: terms.reserve,
    parent: terms.parent ?? null,
    priority: terms.parent === undefined ? null : terms.priority,
    state: trading,
    above: above.map(({ node: named, state, reason, by, at: since }) => ({
      ...{ node: named, state },
      ...(since === 0 ? { reason: null, by: null, at: null } : { reason, by, at: since }),
    })),
    isCurrent: holding === undefined || isCurrent(holding, at),
    limitsVersion: set.version,
    children: placesOf(node).size,
    seq,
  };
  return JSON.stringify(shown);
}

export function quotaPage(
  node: FirmNode,
  { limit, after = "" }: { readonly limit: number; readonly after?: string },
  at: number,
): QuotaPage {
  const { name, terms, set } = node;
  const places = placesOf(node);
  const names = [...places.keys()].filter((place) => place > after).sort();
  const page = names.slice(0, limit);
  const last = page.at(-1);
  const children = page.map((place): Line => [place, places.get(place) ?? []]);
  const shown: Omit<QuotaView, "nextCursor"> = {
    node: name,
    currency: terms.currency,
    policy: terms.policy,
    reserve: terms.reserve,
    boundMs: BOUND_MS,
    limitsVersion: set.version,
    limits: bookOf(node).limits.flatMap((one) =>
      one.budgets.map((budget) => quotaLimit(node, one, budget, children, at)),
    ),
    total: places.size,
  };
  const text = JSON.stringify(shown);
  return names.length > page.length && last !== undefined ? { text, next: last } : { text };
}

/** A split account is one line, whether it stands there itself, its quotas for it, or for a moment both. */
type Line = readonly [place: string, children: readonly GrantedChild[]];

function placesOf({ grants }: FirmNode): ReadonlyMap<string, readonly GrantedChild[]> {
  const places = new Map<string, GrantedChild[]>();
  for (const child of grants.children.values()) {
    const place = placeOf(child.child);
    places.set(place, [...(places.get(place) ?? []), child]);
  }
  return places;
}

type QuotaLimit = QuotaView["limits"][number];

function quotaLimit(
  { grants, holding }: FirmNode,
  { id, kind, node, windowMs }: ParentLimit,
  budget: string,
  page: readonly Line[],
  at: number,
): QuotaLimit {
  // SAFETY: the contract has admitted no other kind.
  const shown = { id, kind: kind as QuotaLimit["kind"], node, budget };
  const text = (amount: bigint): string => decimalText(amount, isCountKind(kind) ? 0 : MONEY_SCALE);
  const held = holding === undefined ? 0n : amountOf(holding.held, budget);
  const { limit, reserve }: Budget = grants.own.get(budget) ?? { limit: held, reserve: 0n };
  const granted = grants.granted.get(budget) ?? 0n;
  let used = 0n;
  for (const child of grants.children.values()) used += atLeastNothing(amountOf(child.used, budget));
  return {
    ...shown,
    ...(windowMs === undefined ? {} : { windowMs }),
    limit: text(limit),
    reserve: text(reserve),
    granted: text(granted),
    used: text(used),
    free: text(atLeastNothing(limit - granted)),
    isOver: granted > limit,
    children: page.map((line) => quotaChild(line, budget, text, at)),
  };
}

function quotaChild(
  [place, children]: Line,
  budget: string,
  text: (amount: bigint) => string,
  at: number,
): QuotaLimit["children"][number] {
  const heardMs = Math.max(0, at - Math.max(...children.map(({ heardAt }) => heardAt)));
  const sumOf = (amounts: (child: GrantedChild) => Amounts): string =>
    text(children.reduce((sum, child) => sum + amountOf(amounts(child), budget), 0n));
  return {
    child: place,
    granted: sumOf(({ granted }) => granted),
    used: sumOf(({ used }) => used),
    wanted: heardMs > NEED_MS ? text(0n) : sumOf(({ waiting }) => waiting),
    heardMs,
    isSilent: heardMs > PARENT_SILENCE_MS_MAX,
    isFenced: children.some(({ isFenced }) => isFenced),
    ...(children.some(({ child }) => child !== place) ? { isSplit: true as const } : {}),
  };
}
