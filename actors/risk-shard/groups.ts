/**
 * Groups of strategies. To its account a group is a strategy that trades nothing, under a name that no strategy can have; what is told to
 * a member is told to its groups too, and who joins or leaves brings or takes what it has made and holds.
 */
import type { GroupBody, GroupObject } from "../../src/contracts/strategy-groups.ts";
import { GROUP_PREFIX } from "../../src/domain/ids.ts";
import { STRATEGIES_MAX } from "./capacity.ts";
import type { Decided } from "./decide.ts";
import type { FillNews, RiskEvent, StrategyChanged } from "./events.ts";
import { amountsOf, holdingText, legOf } from "./news.ts";
import { refuse } from "./refused.ts";
import type { PositionRecord, RiskState, Strategy, StrategyLeg } from "./state.ts";
import { strategyNews } from "./strategy-news.ts";

export type Group = Strategy & { readonly members: readonly string[] };

/** Each of them is one more destination of the strategy's fills. */
export const GROUPS_OF_STRATEGY_MAX = 8;

export const isGroup = (strategy: Strategy | undefined): strategy is Group =>
  strategy !== undefined && "members" in strategy;

export function decideGroup(state: RiskState, group: string, body: GroupBody, at: number): Decided {
  if (state.account === undefined) return refuse("account-unknown", "put the account first");
  const id = GROUP_PREFIX + group;
  const found = state.strategies.get(id);
  const before = isGroup(found) ? found : undefined;
  const members = [...body.strategies].sort();
  const kept = new Set(before?.members);
  const stray = members.find((member) => !kept.has(member) && !state.strategies.has(member));
  if (stray !== undefined) return refuse("strategy-unknown", `the account has no open strategy ${stray}`);
  if (before === undefined && state.strategies.size >= STRATEGIES_MAX)
    return refuse("too-many", "too many strategies and groups are open");
  const joining = members.filter((member) => !kept.has(member));
  const crowded = joining.find((member) => groupsOf(state, member).length >= GROUPS_OF_STRATEGY_MAX);
  if (crowded !== undefined)
    return refuse("too-many", `${crowded} is in ${GROUPS_OF_STRATEGY_MAX} groups already`);
  const bare = { id, tags: [], openings: 0, openedAt: at, ...before };
  const registered: Group = { ...bare, name: body.name, legs: legsOfAll(state, members), members };
  const told = strategyNews(
    state,
    registered,
    at,
    before === undefined ? "strategy-opened" : "strategy-amended",
  );
  // SAFETY: an opening or an amendment; the field is its own.
  const put = { ...told, news: { ...told.news, members } as StrategyChanged["news"] };
  const leaving = [...kept].filter((member) => !members.includes(member));
  const moves = movesOf(state, id, [...leaving, ...joining], new Set(joining), at);
  return { events: [put, ...moves] };
}

/** It follows their prices from the first on, so that it sees what they see. */
function legsOfAll({ strategies }: RiskState, members: readonly string[]): StrategyLeg[] {
  const symbols = new Set(members.flatMap((member) => strategies.get(member)?.legs ?? []).map(symbolOf));
  return [...symbols].sort().map((symbol) => ({ symbol }));
}
const symbolOf = ({ symbol }: StrategyLeg): StrategyLeg["symbol"] => symbol;

/** What its members have made and hold leaves first, so that a group of the same name begins anew. */
export function decideRemoval(state: RiskState, group: string, at: number): Decided {
  const id = GROUP_PREFIX + group;
  const before = state.strategies.get(id);
  if (!isGroup(before)) return refuse("group-unknown", "the account has no group of this id");
  const news = { type: "strategy-closed", strategy: id, at } as const;
  const gone = { kind: "strategy-changed", at, strategy: id, registered: undefined, news } as const;
  return { events: [...movesOf(state, id, before.members, new Set(), at), gone] };
}

/** The public object; empty where there is none. */
export function groupText({ account, strategies }: RiskState, group: string): string {
  const found = strategies.get(GROUP_PREFIX + group);
  if (!isGroup(found) || account === undefined) return "";
  const { name, members } = found;
  const shown: GroupObject = {
    ...{ id: group, name, account: account.account, currency: account.currency },
    strategies: [...members],
  };
  return JSON.stringify(shown);
}

/** Looked through when a group is put: there are few groups, and nothing on the way of a fill. */
const groupsOf = ({ strategies }: RiskState, member: string): Group[] =>
  [...strategies.values()].filter(isGroup).filter(({ members }) => members.includes(member));

function movesOf(
  state: RiskState,
  group: string,
  moving: readonly string[],
  joining: ReadonlySet<string>,
  at: number,
): RiskEvent[] {
  const wanted = new Set(moving);
  const records = [...state.positions.values()].filter(({ strategy }) => wanted.has(strategy));
  const lines = Map.groupBy(records, ({ strategy }) => strategy);
  return moving.map((member): FillNews => {
    const held = (lines.get(member) ?? []).flatMap((record) => lineOf(state, record));
    const news = {
      type: "group-moved",
      strategy: group,
      member,
      joined: joining.has(member),
      lines: held,
      at,
    } as const;
    return { kind: "fill-news", at, news };
  });
}

function lineOf(state: RiskState, { symbol, position }: PositionRecord) {
  const instrument = state.instruments.get(symbol);
  return instrument === undefined
    ? []
    : [{ leg: legOf(instrument, state.account), held: holdingText(amountsOf(position)) }];
}

/** Which groups hear of a strategy, kept beside the state so that a fill looks up one name. */
export class Memberships {
  readonly #strategies: ReadonlyMap<string, Strategy>;
  #groups: ReadonlyMap<string, readonly string[]>;

  constructor(strategies: ReadonlyMap<string, Strategy>) {
    this.#strategies = strategies;
    this.#groups = membershipsIn(strategies);
  }

  get size(): number {
    return this.#groups.size;
  }

  /** After it was applied. */
  note(event: RiskEvent): void {
    if (event.kind === "strategy-changed" && event.strategy.startsWith(GROUP_PREFIX))
      this.#groups = membershipsIn(this.#strategies);
  }

  of(strategy: string): readonly string[] {
    return this.#groups.get(strategy) ?? NONE;
  }
}

const NONE: readonly string[] = [];

function membershipsIn(strategies: ReadonlyMap<string, Strategy>): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const group of strategies.values()) {
    if (!isGroup(group)) continue;
    for (const member of group.members) groups.set(member, [...(groups.get(member) ?? []), group.id]);
  }
  return groups;
}
