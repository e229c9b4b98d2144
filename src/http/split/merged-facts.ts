/**
 * Facts of a split account as one list, the newest first: each part has its own, by seqs of its own. Within a part they stay in its order, between
 * parts the later one is first, of two of one moment that of the lower part. A fact stands in one part for ever, so where each part goes on is
 * all that a further page has to know, and which clock a part goes by takes and doubles nothing.
 */

/** Facts begin with 1: below it there are none. */
export const FIRST_SEQ = 1;
export const FROM_THE_TOP: number = Number.MAX_SAFE_INTEGER;

/** A public object of another part than part 0 says which: its seq is that one's. */
export const withPart = (text: string, part: number): string =>
  part === 0 ? text : `${text.slice(0, -1)},"part":${part}}`;

/** `at`: epoch ms by which it is placed among those of other parts. */
export type PartFact = { readonly seq: number; readonly at: number; readonly text: string };
export type PartFacts = {
  readonly part: number;
  /** They are of below this seq, the newest first. */
  readonly from: number;
  readonly facts: readonly PartFact[];
  /** Further ones are below this seq: FIRST_SEQ where there are none. */
  readonly below: number;
};
/** By part, the seq below which it goes on. */
export type Places = ReadonlyMap<number, number>;

export type MergedFacts = { readonly items: readonly string[]; readonly places: Places };

/** Ends early where a part has more that is not here: nobody knows then what is next. */
export function mergedFacts(parts: readonly PartFacts[], limit: number): MergedFacts {
  const taken = parts.map(() => 0);
  const items: string[] = [];
  while (items.length < limit) {
    const next = nextOf(parts, taken);
    if (next === undefined) break;
    items.push(next.fact.text);
    taken[next.index] = (taken[next.index] ?? 0) + 1;
  }
  const places = new Map(parts.map((one, index) => [one.part, placeIn(one, taken[index] ?? 0)]));
  return { items, places };
}

type Next = { readonly index: number; readonly fact: PartFact };

/** Parts come in ascending order. */
function nextOf(parts: readonly PartFacts[], taken: readonly number[]): Next | undefined {
  let latest: Next | undefined;
  for (const [index, { facts, below }] of parts.entries()) {
    const fact = facts[taken[index] ?? 0];
    if (fact === undefined && below > FIRST_SEQ) return undefined;
    if (fact !== undefined && (latest === undefined || fact.at > latest.fact.at)) latest = { index, fact };
  }
  return latest;
}

function placeIn({ from, facts, below }: PartFacts, taken: number): number {
  return taken === facts.length ? below : (facts[taken - 1]?.seq ?? from);
}

/** Where the page after it begins; undefined where there is none. */
export function nextPlace(places: Places): string | undefined {
  const open = [...places].some(([, below]) => below > FIRST_SEQ);
  return open ? [...places].map(([part, below]) => `${part}:${below}`).join(";") : undefined;
}

/** Undefined of no cursor, and of one of an account that was not split: that is a seq, of part 0. */
export function placesIn(after: string | undefined): Places | undefined {
  if (after === undefined || !after.includes(":")) return undefined;
  return new Map(
    after.split(";").map((place) => {
      const [part = "", below = ""] = place.split(":");
      return [Number(part), Number(below)];
    }),
  );
}
