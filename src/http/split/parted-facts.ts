/**
 * Lists of facts of an account that is or was split: out of the parts while they keep them, then out of Postgres, merged. A fact stays with the
 * part that it was booked in, also when its symbol moves or the account is merged, so all parts that there ever were are asked. Part 0 says
 * whether there were others; one that was never split is asked as ever, by one call.
 */
import type { RiskShardApi } from "../../../actors/risk-shard/messages.ts";
import type { Envelope } from "../../../actors/runtime/envelope.ts";
import { type ActorReply, answer, type Refusal } from "../../../actors/runtime/reply.ts";
import { isSplit, PARTS_MAX, type PartsMap, partCount } from "../../domain/parts-map.ts";
import type { PartBelow, PartItem } from "../../ports.ts";
import { onAccount } from "../actors.ts";
import type { Call } from "../context.ts";
import type { PageRange } from "../list.ts";
import { sinceDeploy } from "../new-method.ts";
import { knownMap, learnMap, onPart, pause, worst } from "./asked-parts.ts";
import {
  FIRST_SEQ,
  FROM_THE_TOP,
  mergedFacts,
  nextPlace,
  type PartFact,
  type PartFacts,
  type Places,
  placesIn,
  withPart,
} from "./merged-facts.ts";

/** As the parts of an account keep it: JSON texts of objects with a `seq`. */
type KeptPage = {
  readonly items: readonly string[];
  readonly next?: string | undefined;
  /** Facts below it are in Postgres only; absent where the list is of those that are kept. */
  readonly olderThan?: number;
  /** Of an account that was ever split. */
  readonly parts?: PartsMap;
};
export type FactSource<Kept extends KeptPage> = {
  /** Of the shard, in case that it is of a version without it. */
  readonly method: string;
  readonly kept: (shard: RiskShardApi, envelope: Envelope, range: PageRange) => Promise<ActorReply<Kept>>;
  /** The field that says when it was. */
  readonly at: "bookedAt" | "ts";
  /** At most so many of each part. */
  readonly older?: (below: readonly PartBelow[], limit: number) => Promise<ActorReply<readonly PartItem[]>>;
};
/** What the only object of the account says, or what all of its parts do. */
export type FactPage<Kept> =
  | { readonly whole: Kept }
  | { readonly items: readonly string[]; readonly next?: string; readonly kept: readonly Kept[] };

/** A map can change with each round. */
const ROUNDS_MAX = 5;
/** While one part has symbols already and the other still holds them. */
const CUT_PAUSE_MS = 50;

export async function factPage<Kept extends KeptPage>(
  c: Call,
  account: string,
  range: PageRange,
  source: FactSource<Kept>,
): Promise<ActorReply<FactPage<Kept>>> {
  let map = knownMap(c, account);
  if (map === undefined) {
    const whole = await sinceDeploy(source.method, () =>
      onAccount(c, account, (shard, envelope) => source.kept(shard, envelope, ofPart0(range))),
    );
    map = whole.ok ? whole.value.parts : whole.parts;
    if (map === undefined) return whole.ok ? answer({ whole: whole.value }) : whole;
    learn(c, account, map);
  }
  return byNewestMap(c, account, map, (known) => overParts(c, account, known, range, source));
}

/** An account that was merged is asked as one by all other calls. */
function learn(c: Call, account: string, map: PartsMap): void {
  if (isSplit(map)) learnMap(c, account, map);
}

async function byNewestMap<Value>(
  c: Call,
  account: string,
  first: PartsMap,
  ask: (map: PartsMap) => Promise<ActorReply<Value>>,
): Promise<ActorReply<Value>> {
  let map = first;
  for (let round = 1; ; round++) {
    const reply = await ask(map);
    if (reply.ok || round === ROUNDS_MAX || !isPassing(reply, map)) return reply;
    if (reply.parts === undefined) await pause(CUT_PAUSE_MS);
    map = reply.parts ?? map;
    learn(c, account, map);
  }
}

const isPassing = ({ code, parts }: Refusal, asked: PartsMap): boolean =>
  parts === undefined ? code === "overloaded" : parts.version > asked.version;

async function overParts<Kept extends KeptPage>(
  c: Call,
  account: string,
  map: PartsMap,
  range: PageRange,
  source: FactSource<Kept>,
): Promise<ActorReply<FactPage<Kept>>> {
  const places = await placesOf(c, account, map, range);
  if (!places.ok) return places;
  const { limit } = range;
  const asked = [...places.value].map(([part, from]) => ({ part, from, limit }));
  asked.sort((one, other) => one.part - other.part);
  const replies = await Promise.all(asked.map((place) => keptBy(c, account, map, place, source)));
  const refused = worst(replies);
  if (refused !== undefined) return refused;
  const kept = replies.flatMap((reply) => (reply.ok ? [reply.value] : []));
  const own = asked.map((place, index) => ownFacts(place, kept[index] ?? { items: [] }, source.at));
  const { parts, away } = await withOlder(own, limit, source);
  const { items, places: after } = mergedFacts(parts, limit);
  // What is here is shown; who goes on from it is told that Postgres is away.
  if (items.length === 0 && away !== undefined) return away;
  const next = nextPlace(after);
  return answer(next === undefined ? { items, kept } : { items, kept, next });
}

/** Parts that came since a list was begun have nothing that is older than its first page. */
async function placesOf(
  c: Call,
  account: string,
  map: PartsMap,
  { after }: PageRange,
): Promise<ActorReply<Places>> {
  const begun = placesIn(after);
  if (begun !== undefined) return answer(begun);
  const parts = new Set(Array.from({ length: partCount(map) }, (_, part) => part));
  if (parts.size < PARTS_MAX) {
    const others = await c.env.edge.ports.history.accountParts(c.env.envelope, account);
    if (!others.ok) return others;
    for (const part of others.value) parts.add(part);
  }
  const below = (part: number): number => (part === 0 && after !== undefined ? Number(after) : FROM_THE_TOP);
  return answer(new Map([...parts].map((part) => [part, below(part)])));
}

const ofPart0 = ({ limit, after }: PageRange): PageRange => {
  const place = placesIn(after)?.get(0);
  if (after === undefined || place === FROM_THE_TOP) return { limit };
  return { limit, after: place === undefined ? after : String(place) };
};

/** Also where it has told all: it says how many there are. */
function keptBy<Kept extends KeptPage>(
  c: Call,
  account: string,
  { version }: PartsMap,
  { part, from, limit }: { readonly part: number; readonly from: number; readonly limit: number },
  { method, kept }: FactSource<Kept>,
): Promise<ActorReply<Kept>> {
  const range = from === FROM_THE_TOP ? { limit } : { limit, after: String(from) };
  return sinceDeploy(method, () =>
    onPart(c, account, part, version, (shard, envelope) => kept(shard, envelope, range)),
  );
}

/** `older`: below which seq there are more in Postgres, and they are needed for this page. */
type OwnFacts = PartFacts & { readonly older?: number };

function ownFacts(
  { part, from, limit }: { readonly part: number; readonly from: number; readonly limit: number },
  { items, next, olderThan = FIRST_SEQ }: KeptPage,
  at: FactSource<KeptPage>["at"],
): OwnFacts {
  const facts = items.map((text) => factIn(text, part, at));
  if (next !== undefined) return { part, from, facts, below: Number(next) };
  const below = Math.max(FIRST_SEQ, Math.min(olderThan, from));
  const own = { part, from, facts, below };
  return below > FIRST_SEQ && facts.length < limit ? { ...own, older: below } : own;
}

function factIn(item: string, part: number, at: FactSource<KeptPage>["at"]): PartFact {
  // SAFETY: our own texts, in the public shape.
  const fact = JSON.parse(item) as { readonly seq: number } & Partial<Record<typeof at, number>>;
  return { seq: fact.seq, at: fact[at] ?? 0, text: withPart(item, part) };
}

/** One query for all parts that need it. One more than a page holds tells whether there are others. */
async function withOlder(
  parts: readonly OwnFacts[],
  limit: number,
  { older, at }: Pick<FactSource<KeptPage>, "older" | "at">,
): Promise<{ readonly parts: readonly PartFacts[]; readonly away?: Refusal }> {
  const below = parts.flatMap(({ part, older: before }) => (before === undefined ? [] : [{ part, before }]));
  if (older === undefined || below.length === 0) return { parts };
  const found = await older(below, limit + 1);
  if (!found.ok) return { parts, away: found };
  const byPart = Map.groupBy(
    found.value.map(({ part, text }) => ({ part, fact: factIn(text, part, at) })),
    ({ part }) => part,
  );
  const joined = parts.map((own): PartFacts => {
    if (own.older === undefined) return own;
    const rows = (byPart.get(own.part) ?? [])
      .map(({ fact }) => fact)
      .sort((one, other) => other.seq - one.seq);
    const last = rows.length > limit ? rows.at(-1) : undefined;
    return { ...own, facts: [...own.facts, ...rows], below: last?.seq ?? FIRST_SEQ };
  });
  return { parts: joined };
}
