/** The rules: what news of the account means for this strategy. */
import { unreachable } from "../../src/domain/assert.ts";
import { decideMove } from "./decide-group.ts";
import { type Decided, type Draft, decideFill, decideRevision, draftOf } from "./decide-holdings.ts";
import type { StrategyEvent } from "./events.ts";
import { meetLegs } from "./meet-legs.ts";
import type { DeclaredLeg, StrategyNews, Told } from "./messages.ts";
import type { NamedLeg, Profile, StrategyState } from "./state.ts";

/** What a batch of news means, and which of it means nothing. */
export type NewsDecision = {
  readonly events: readonly StrategyEvent[];
  readonly skipped: readonly Skipped[];
};
/** News that cannot be read or cannot be: passed over for good, so that nothing waits behind it. */
export type Skipped = { readonly seq: number; readonly kind: string; readonly reason: string };

/** Nothing of a batch is folded yet while it is decided. */
export function decideNews(state: StrategyState, told: readonly Told[]): NewsDecision {
  const draft = draftOf(state);
  const events: StrategyEvent[] = [];
  const taken: StrategyNews[] = [];
  const skipped: Skipped[] = [];
  for (const { seq, kind, ...item } of told) {
    const decided = "news" in item ? decideOne(draft, item.news) : item;
    if ("reason" in decided) skipped.push({ seq, kind, reason: decided.reason });
    else events.push(...decided);
    if ("news" in item && !("reason" in decided)) taken.push(item.news);
  }
  const met = meetLegs(state, draft.profile, taken);
  const count = skipped.length;
  const passedOver = count === 0 ? [] : [{ type: "news-skipped" as const, count }];
  return { events: [...met, ...events, ...passedOver], skipped };
}

/** The draft moves on only with news that can be. */
function decideOne(draft: Draft, news: StrategyNews): Decided {
  switch (news.type) {
    case "strategy-opened": {
      const { account, name, tags, currency, legs, state, fx, calendar, members } = news;
      const own = { named: legs.map(namedLeg), ...given({ state, fx, calendar, members }) };
      draft.profile = { account, name, tags, currency, openedAt: news.at, ...own };
      return [{ type: "profile-set", profile: draft.profile, legs }];
    }
    case "strategy-amended": {
      const { name, tags, legs, state, fx, calendar, members } = news;
      if (draft.profile === undefined) return { reason: "amended before it was opened" };
      draft.profile = {
        ...draft.profile,
        name,
        tags,
        named: legs.map(namedLeg),
        ...given({ state, fx, calendar, members }),
      };
      return [{ type: "profile-set", profile: draft.profile, legs }];
    }
    case "strategy-closed":
      if (draft.profile === undefined) return { reason: "closed before it was opened" };
      draft.profile = { ...draft.profile, closedAt: news.at };
      return [{ type: "profile-set", profile: draft.profile, legs: [] }];
    case "fill-booked":
      return decideFill(draft, news);
    case "group-moved":
      return decideMove(draft, news);
    case "holding-revised":
      return decideRevision(draft, news);
    default:
      return unreachable(news);
  }
}

/** What news leaves out stays as it was. */
const given = (
  news: {
    readonly [Name in "state" | "fx" | "calendar" | "members"]: Profile[Name] | undefined;
  },
): Partial<Profile> => Object.fromEntries(Object.entries(news).filter(([, value]) => value !== undefined));

const namedLeg = ({ symbol, targetQty }: DeclaredLeg): NamedLeg =>
  targetQty === undefined ? { symbol } : { symbol, targetQty };
