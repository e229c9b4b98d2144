/** What the parts of a split account say of themselves, as one account. Texts of public objects in, one text out; money is summed exactly. */
import type { z } from "zod";
import { type ActorReply, answer } from "../../../actors/runtime/reply.ts";
import type { accountReply, exposuresReply } from "../../contracts/accounts.ts";
import { decimalText, divideHalfEven } from "../../domain/decimal.ts";
import { moneyText, parseMoney } from "../../domain/money.ts";

type Account = z.output<typeof accountReply>;
type Exposures = z.output<typeof exposuresReply>;
type Utilisation = Account["utilisation"][number];
type Sums = { readonly gross: string; readonly net: string; readonly long: string; readonly short: string };

export async function merged(
  asked: Promise<ActorReply<readonly string[]>>,
  merge: (texts: readonly string[]) => string,
): Promise<ActorReply<string>> {
  const replies = await asked;
  return replies.ok ? answer(merge(replies.value)) : replies;
}

export function mergedAccount(texts: readonly string[]): string {
  const [only] = texts;
  if (texts.length === 1 && only !== undefined) return only;
  // SAFETY: parts' own texts, in the public shape.
  const parts = texts.map((text) => JSON.parse(text) as Account);
  const [first] = parts as [Account, ...Account[]];
  const tripped = parts.flatMap((part) => part.tripped.items);
  return JSON.stringify({
    ...first,
    equity: summed(parts.map(({ equity }) => equity)),
    ...sumsOf(parts),
    tripped: { total: parts.reduce((sum, part) => sum + part.tripped.total, 0), items: tripped.slice(0, 20) },
    utilisation: mergedUtilisation(parts.flatMap(({ utilisation }) => utilisation)),
    seq: Math.max(...parts.map(({ seq }) => seq)),
  });
}

export function mergedExposures(texts: readonly string[]): string {
  const [only] = texts;
  if (texts.length === 1 && only !== undefined) return only;
  // SAFETY: as above.
  const parts = texts.map((text) => JSON.parse(text) as Exposures);
  const [first] = parts as [Exposures, ...Exposures[]];
  const strategies = Map.groupBy(
    parts.flatMap((part) => part.strategies),
    ({ strategy }) => strategy,
  );
  const merged: Exposures = {
    currency: first.currency,
    ...sumsOf(parts),
    unpriced: parts.flatMap(({ unpriced }) => unpriced),
    symbols: parts.flatMap(({ symbols }) => symbols),
    strategies: [...strategies].map(([strategy, those]) => ({ strategy, ...sumsOf(those) })),
    seq: Math.max(...parts.map(({ seq }) => seq)),
  };
  return JSON.stringify(merged);
}

/** `net` is the sum of the parts' worst: the worst of all of them together, or worse. */
const sumsOf = (parts: readonly Sums[]): Sums => ({
  gross: summed(parts.map(({ gross }) => gross)),
  net: worstNet(parts.map(({ net }) => scaled(net))),
  long: summed(parts.map(({ long }) => long)),
  short: summed(parts.map(({ short }) => short)),
});

function worstNet(nets: readonly bigint[]): string {
  const long = nets.reduce((sum, net) => (net > 0n ? sum + net : sum), 0n);
  const short = nets.reduce((sum, net) => (net < 0n ? sum + net : sum), 0n);
  return moneyText(long >= -short ? long : short);
}

/** Of the account as a whole what the parts use of it, together; of a member the part that has it. */
function mergedUtilisation(all: readonly Utilisation[]): Utilisation[] {
  const groups = Map.groupBy(all, ({ id, scope }) => `${id}|${scope.kind === "account"}`);
  return [...groups.values()].map((those) => {
    const nearest = those.reduce((one, other) => (ratio(other) > ratio(one) ? other : one));
    if (nearest.scope.kind !== "account") return nearest;
    const observed = summed(those.map((one) => one.observed));
    return { ...nearest, observed, utilisation: utilised(observed, nearest.limit) };
  });
}

const ratio = ({ utilisation }: Utilisation): number => (utilisation === null ? 0 : Number(utilisation));

const UTILISATION_SCALE = 6;
function utilised(observed: string, limit: string): string | null {
  const bound = scaled(limit);
  return bound === 0n
    ? null
    : decimalText(divideHalfEven(scaled(observed), bound, UTILISATION_SCALE), UTILISATION_SCALE);
}

const summed = (texts: readonly string[]): string =>
  moneyText(texts.reduce((sum, text) => sum + scaled(text), 0n));

function scaled(text: string): bigint {
  const parsed = parseMoney(text);
  return parsed.ok ? parsed.value : 0n;
}
