/**
 * The child's side of escrow: what it holds of the budgets above it, and how long it may go by that. Pure: every function gives the
 * holding as it is afterwards. Who calls them makes `storedOf` durable where it differs, before anything leaves that tells of it.
 */
import { amountOf, amountsBy, atLeastNothing, budgetsIn, hasAny, least, most, NOTHING } from "./amounts.ts";
import type { Above } from "./grants-state.ts";
import { AGAIN_MS, ASKS_PER_LOAD, REFRESH_MS, TOP_UP_MS } from "./limits.ts";
import {
  type Amounts,
  type ChildName,
  PARENT_SILENCE_MS_MAX,
  type ParentBook,
  type Passing,
  type QuotaAsk,
  type QuotaReply,
} from "./messages.ts";
import { isScarce } from "./policies.ts";

/** On the child's disk. */
export type StoredHolding = {
  readonly incarnation: string;
  readonly previous?: string;
  /** Its parent has answered it. One that was not is used again after the next load, since the parent may know it or not. */
  readonly isConfirmed: boolean;
  /** Asks are numbered from here: further on with each load, so that no answer to an ask from before is taken for one of now. */
  readonly nFrom: number;
  readonly held: Amounts;
  readonly isFenced: boolean;
  readonly book?: ParentBook;
  /** What the last answer told that it was left by others: said with each ask until an answer tells nothing of it any more. */
  readonly took?: readonly string[];
  /** Taken off `held`; the parent has not said yet that it knows. */
  readonly passing?: Passing;
};

export type Holding = StoredHolding & {
  readonly n: number;
  /** When the last answered ask was sent, less the age of what its answer went by; undefined since the load. */
  readonly heardAt?: number;
  /** When the newest ask was sent; it may still be answered while `inFlight` is there. */
  readonly askedAt?: number;
  readonly inFlight?: QuotaAsk;
  readonly wished: Amounts;
  /** The last reply: some of the need is with others. */
  readonly isShort: boolean;
  /** As the last reply has it. */
  readonly over?: readonly string[];
  /** Of which budgets the parent had no more, and when it was asked. */
  readonly dry: ReadonlyMap<string, number>;
  /** How long to wait before more is asked for that nobody waits for. */
  readonly topUpMs: number;
  /** What it said in the last answered ask that it uses. */
  readonly toldUse: boolean;
};

/** How things stand with the child whenever it asks, or may have to. */
export type Standing = {
  readonly child: ChildName;
  readonly seq: number;
  readonly currency: string;
  readonly priority: number;
  readonly committed: Amounts;
  readonly used: Amounts;
  /** Budgets of which not all that is used is known. */
  readonly unknown?: readonly string[];
  /** At once, beyond what is committed. */
  readonly wanted: Amounts;
  /** Since when, where that is known: what the parent said before of having no more does not count. */
  readonly wantedSince?: number;
  /** Something is committed, or was asked of it lately: it keeps what it goes by fresh. */
  readonly isInUse: boolean;
  readonly refreshMs?: number;
};

const AFTER_LOAD = {
  wished: NOTHING,
  isShort: false,
  dry: new Map<string, number>(),
  topUpMs: TOP_UP_MS,
  toldUse: true,
};

/** With each load, and with a new parent; to be on disk before the first ask. `drawn` is used where a new incarnation begins. */
export function loadHolding(stored: StoredHolding | undefined, drawn: string): Holding {
  if (stored === undefined) {
    const first = { incarnation: drawn, isConfirmed: false, nFrom: 0, held: NOTHING, isFenced: false };
    return { ...first, n: 0, ...AFTER_LOAD };
  }
  const nFrom = stored.nFrom + ASKS_PER_LOAD;
  const afterLoad = { ...AFTER_LOAD, wished: stored.held, nFrom, n: nFrom };
  if (!stored.isConfirmed) return { ...stored, ...afterLoad };
  const next = { incarnation: drawn, previous: stored.incarnation, isConfirmed: false };
  return { ...stored, ...next, ...afterLoad };
}

export function storedOf(holding: Holding): StoredHolding {
  const { incarnation, previous, isConfirmed, nFrom, held, isFenced, book, took, passing } = holding;
  return {
    ...{ incarnation, isConfirmed, nFrom, held, isFenced },
    ...(previous === undefined ? {} : { previous }),
    ...(book === undefined ? {} : { book }),
    ...(took === undefined ? {} : { took }),
    ...(passing === undefined ? {} : { passing }),
  };
}

const goesOutOf = ({ committed, wanted }: Standing, budget: string): bigint =>
  amountOf(committed, budget) + amountOf(wanted, budget);

/** With what it wants, where it has that: nobody is to take it away any more. */
const committedOf = ({ held }: Holding, standing: Standing): Amounts =>
  amountsBy(budgetsIn(standing.committed, standing.wanted), (budget) => {
    const goesOut = goesOutOf(standing, budget);
    return goesOut <= amountOf(held, budget) ? goesOut : amountOf(standing.committed, budget);
  });

/** What it keeps: all that is committed, and of the rest what its parent leaves it. */
export function keptOf(holding: Holding, standing: Standing): Amounts {
  const { held, wished } = holding;
  const committed = committedOf(holding, standing);
  return amountsBy(Object.keys(held), (budget) =>
    least(amountOf(held, budget), most(amountOf(committed, budget), amountOf(wished, budget))),
  );
}

/** The next ask. What it lowers of `held` is to be on disk before it is sent; an ask before it is not answered any more. */
export function askFor(before: Holding, standing: Standing, at: number): { holding: Holding; ask: QuotaAsk } {
  const holding = heardBy(before, at);
  const { child, seq, currency, priority, used, wanted, unknown = [] } = standing;
  const { incarnation, previous, book, took, passing } = holding;
  const held = keptOf(holding, standing);
  const committed = committedOf(holding, standing);
  const n = holding.n + 1;
  const needed = amountsBy(budgetsIn(committed, wanted), (budget) =>
    atLeastNothing(goesOutOf(standing, budget) - amountOf(held, budget)),
  );
  const ask: QuotaAsk = {
    ...{ child, incarnation, n, seq, currency, priority, held, committed, used, needed },
    ...(unknown.length === 0 ? {} : { unknown }),
    ...(previous === undefined ? {} : { previous }),
    ...(book === undefined ? {} : { book: book.version }),
    ...(took === undefined ? {} : { took }),
    ...(passing === undefined ? {} : { passes: passing }),
  };
  return { holding: { ...holding, held, n, askedAt: at, inFlight: ask }, ask };
}

/**
 * Where the clock went back nobody knows how long ago it was heard, also not once that time has come again. A silence that was too long is not
 * made shorter by a clock that goes back after it.
 */
function heardBy(holding: Holding, at: number): Holding {
  const { heardAt, ...silent } = holding;
  return heardAt !== undefined && !isUnder(heardAt + PARENT_SILENCE_MS_MAX, at) ? silent : holding;
}

/** Undefined where it answers another ask than the one in flight: it is thrown away. */
export function applyReply(holding: Holding, reply: QuotaReply): Holding | undefined {
  const { inFlight, askedAt } = holding;
  if (inFlight === undefined || askedAt === undefined || reply.n !== inFlight.n) return undefined;
  const { took: _, over: _over, ...rest } = withoutPassed(giveUp(holding), inFlight);
  const brought = Object.keys(reply.granted).some(
    (budget) => amountOf(reply.granted, budget) > amountOf(inFlight.held, budget),
  );
  return {
    ...rest,
    isConfirmed: true,
    isFenced: false,
    held: reply.granted,
    wished: reply.wished,
    isShort: reply.isShort,
    heardAt: askedAt - (reply.ageMs ?? 0),
    dry: dryAfter(inFlight, reply, askedAt),
    // One that only says how things stand brings nothing either, and is no reason to wait.
    topUpMs:
      brought || !hasLittle(inFlight, inFlight) ? TOP_UP_MS : Math.min(REFRESH_MS, 2 * holding.topUpMs),
    toldUse: hasAny(inFlight.used),
    ...(reply.book === undefined ? {} : { book: reply.book }),
    ...(reply.over === undefined ? {} : { over: reply.over }),
    ...(reply.inherited === undefined ? {} : { took: reply.inherited.map(({ id }) => id) }),
  };
}

/** The parent has heard it with this ask. */
function withoutPassed(holding: Holding, { passes }: QuotaAsk): Holding {
  const { passing, ...rest } = holding;
  return passing === undefined || passing.move !== passes?.move ? holding : rest;
}

/** Symbols leave with what they use of it. What an ask from before is still answered is not for what is held now. */
export function passOn(holding: Holding, passing: Passing): Holding {
  const held = amountsBy(Object.keys(holding.held), (budget) =>
    atLeastNothing(amountOf(holding.held, budget) - amountOf(passing.amounts, budget)),
  );
  return { ...giveUp(holding), held, passing };
}

function dryAfter(ask: QuotaAsk, { granted, isShort }: QuotaReply, askedAt: number): Map<string, number> {
  const dry = new Map<string, number>();
  if (isShort) return dry;
  for (const budget of Object.keys(ask.needed)) {
    const wanted = amountOf(ask.held, budget) + amountOf(ask.needed, budget);
    if (amountOf(granted, budget) < wanted) dry.set(budget, askedAt);
  }
  return dry;
}

/**
 * The ask in flight was refused. `child-fenced`: nothing is held any more until a person has admitted it. `ask-outdated`: numbers only
 * rise, so somebody else has asked under its name. It goes on under one that nobody knows: its parent fences it, and people see it.
 */
export function applyRefusal(holding: Holding, n: number, code: string): Holding | undefined {
  if (holding.inFlight?.n !== n) return undefined;
  const { inFlight: _, ...rest } = holding;
  if (code !== "child-fenced" && code !== "ask-outdated") return rest;
  const { heardAt: _heard, ...silent } = rest;
  const fenced = { ...silent, isFenced: true, held: NOTHING, wished: NOTHING };
  if (code === "child-fenced") return fenced;
  const { previous: _previous, ...unknown } = fenced;
  return { ...unknown, incarnation: `${holding.incarnation}~`, isConfirmed: false };
}

/** No answer within the time that one is waited for: one that comes later is thrown away. */
export function giveUp(holding: Holding): Holding {
  const { inFlight: _, ...rest } = holding;
  return rest;
}

/** E4: it was confirmed since its load, is not fenced, and has been heard within the silence that is borne. */
export const isCurrent = ({ heardAt, isFenced }: Holding, at: number): boolean =>
  heardAt !== undefined && !isFenced && isUnder(currentUntil({ heardAt, isFenced }), at);

/** Before what was heard last, too, nothing grows: the clock went back. */
export const isUnder = (until: number, at: number): boolean =>
  at <= until && at >= until - PARENT_SILENCE_MS_MAX;

/** Until then it may go by what it holds, whatever else comes. */
export const currentUntil = ({ heardAt, isFenced }: Pick<Holding, "heardAt" | "isFenced">): number =>
  heardAt === undefined || isFenced ? Number.NEGATIVE_INFINITY : heardAt + PARENT_SILENCE_MS_MAX;

/** What an order may use up to; null: nothing may grow. */
export const quotaOf = (holding: Holding, budget: string, at: number): bigint | null =>
  isCurrent(holding, at) ? amountOf(holding.held, budget) : null;

/** Beyond what is committed; null: nothing may grow. */
export const headroom = (holding: Holding, committed: Amounts, budget: string, at: number): bigint | null =>
  isCurrent(holding, at)
    ? atLeastNothing(amountOf(holding.held, budget) - amountOf(committed, budget))
    : null;

/** When it asks next if nothing else happens; past: now. Undefined: not before something happens. */
export function nextAskAt(holding: Holding, standing: Standing, at: number): number | undefined {
  const { inFlight, askedAt, heardAt, isFenced } = holding;
  if (inFlight !== undefined) return undefined;
  // Where the clock went back, the time that it would wait for is far away.
  if (askedAt === undefined || at < askedAt) return Number.NEGATIVE_INFINITY;
  if (isFenced) return askedAt + REFRESH_MS;
  if (heardAt === undefined) return askedAt + AGAIN_MS;
  const { refreshMs = REFRESH_MS, isInUse } = standing;
  const dues: number[] = [];
  if (givesBack(holding, standing)) dues.push(askedAt);
  if (needsMore(holding, standing)) dues.push(askedAt + (holding.isShort ? AGAIN_MS : 1));
  if (hasLittle(holding, standing)) dues.push(askedAt + holding.topUpMs);
  if (isInUse || holding.toldUse) dues.push(Math.max(heardAt + refreshMs, askedAt + TOP_UP_MS));
  return dues.length === 0 ? undefined : Math.min(...dues);
}

const givesBack = (holding: Holding, standing: Standing): boolean => {
  const kept = keptOf(holding, standing);
  return Object.keys(holding.held).some((budget) => amountOf(kept, budget) < amountOf(holding.held, budget));
};

/** Something is waited for, and the parent has not said since that it has no more. */
const needsMore = ({ held, dry }: Holding, { committed, wanted, wantedSince }: Standing): boolean =>
  Object.keys(wanted).some((budget) => {
    if (amountOf(committed, budget) + amountOf(wanted, budget) <= amountOf(held, budget)) return false;
    const saidAt = dry.get(budget);
    return saidAt === undefined || (wantedSince !== undefined && saidAt <= wantedSince);
  });

/** Something that is in use is scarce, or more is used than is held. */
const hasLittle = ({ held }: Pick<Holding, "held">, { committed }: Pick<Standing, "committed">): boolean =>
  Object.keys(committed).some((budget) => {
    const uses = amountOf(committed, budget);
    return uses > 0n && isScarce(amountOf(held, budget), uses);
  });

/** What a desk may grant of the budgets above it. */
export const aboveOf = ({ held, wished, dry, over, heardAt }: Holding, at: number): Above => ({
  held,
  wished,
  dry,
  ...(over === undefined ? {} : { over }),
  // Never heard: older than anybody bears.
  ageMs: heardAt === undefined ? 2 * PARENT_SILENCE_MS_MAX : Math.max(0, at - heardAt),
});
