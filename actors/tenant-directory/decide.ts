/** Every rule of a tenant's directory: what may be announced, and what a risk shard's news makes of a strategy. */
import { GROUP_PREFIX } from "../../src/domain/ids.ts";
import { ACCOUNTS_MAX, CLOSED_LISTED_MAX, STRATEGIES_MAX } from "./bounds.ts";
import type { StrategyForgotten, StrategyHeard, TenantEvent } from "./events.ts";
import type { GroupObject, StrategyNews, StrategyObject } from "./messages.ts";
import type { StrategyRow, TenantState } from "./state.ts";

export type Decision =
  | { readonly ok: true; readonly events: readonly TenantEvent[] }
  | {
      readonly ok: false;
      readonly code: "too-many" | "account-unknown" | "idempotency-key-reused";
      readonly detail: string;
    };

export function admitAccount(state: TenantState, account: string, present: boolean, now: number): Decision {
  if (present) return accept();
  if (state.accounts >= ACCOUNTS_MAX)
    return refuse("too-many", `a tenant has at most ${ACCOUNTS_MAX} accounts`);
  return accept({ kind: "account-admitted", account, at: now });
}

/** What a decision about a strategy looks up. `abandoned` is asked only where there is no room. */
export type StrategyPresent = {
  readonly accountPresent: boolean;
  readonly row: StrategyRow | undefined;
  readonly abandoned: () => readonly string[];
};

export function admitStrategy(
  state: TenantState,
  { strategy, account }: { readonly strategy: string; readonly account: string },
  { accountPresent, row, abandoned }: StrategyPresent,
  now: number,
): Decision {
  if (!accountPresent) return refuse("account-unknown", "there is no such account");
  if (row !== undefined && row.account !== account)
    return refuse("idempotency-key-reused", "this id stands for a strategy in another account");
  if (row !== undefined) return accept();
  const forgotten = state.strategies < STRATEGIES_MAX ? [] : abandoned().map(forget);
  if (state.strategies - forgotten.length >= STRATEGIES_MAX)
    return refuse("too-many", `a tenant has at most ${STRATEGIES_MAX} strategies`);
  return accept(...forgotten, { kind: "strategy-admitted", strategy, account, at: now });
}

/** News are facts: they are never refused. Of a strategy that nobody opened there is nothing to amend or close. */
export function hear(news: StrategyNews, before: StrategyRow | undefined): StrategyHeard | undefined {
  const row = rowAfter(news, before);
  return row === undefined ? undefined : { kind: "strategy-heard", row, before };
}

function rowAfter(news: StrategyNews, before: StrategyRow | undefined): StrategyRow | undefined {
  if (isGroupName(news.strategy)) return groupRowAfter(news, before);
  switch (news.type) {
    case "strategy-opened": {
      const { strategy, account, currency, at } = news;
      const listed = news.state ?? "active";
      const shown: Shown = {
        id: strategy,
        account,
        currency,
        openedAt: at,
        ...describedBy(news),
        state: listed,
      };
      return {
        strategy,
        account,
        status: "open",
        admittedAt: before?.admittedAt ?? at,
        shown: JSON.stringify(shown),
        listed,
        tags: news.tags,
        closedAt: 0,
      };
    }
    case "strategy-amended":
      if (before?.status !== "open") return undefined;
      return amendedRow(before, news.state ?? before.listed, news);
    case "strategy-closed":
      return before === undefined ? undefined : closedRow(before, news.at);
  }
}

/** A group has a row among strategies, under its own name: what it is called and who is in it. One that has ended can be made again. */
function groupRowAfter(news: StrategyNews, before: StrategyRow | undefined): StrategyRow | undefined {
  if (news.type === "strategy-closed")
    return before === undefined ? undefined : { ...before, status: "closed", shown: "" };
  if (news.type === "strategy-amended") {
    if (before?.status !== "group") return undefined;
    const { name, members: strategies = JSON.parse(before.shown).strategies } = news;
    return { ...before, shown: JSON.stringify({ ...JSON.parse(before.shown), name, strategies }) };
  }
  const { strategy, account, currency, name, members: strategies = [], at } = news;
  const shown: GroupObject = { id: strategy.slice(GROUP_PREFIX.length), name, account, currency, strategies };
  const admittedAt = before?.admittedAt ?? at;
  return {
    ...{ strategy, account, status: "group", admittedAt, shown: JSON.stringify(shown) },
    ...{ listed: "", tags: [], closedAt: 0 },
  };
}

const isGroupName = (strategy: string): boolean => strategy.startsWith(GROUP_PREFIX);

function amendedRow(before: StrategyRow, listed: StrategyRow["listed"], news: Described): StrategyRow {
  const shown = { ...JSON.parse(before.shown), ...describedBy(news), state: listed || "active" };
  return { ...before, listed, tags: news.tags, shown: JSON.stringify(shown) };
}

/** One that was never opened here has nothing to show; nor has one that closed before, whose news comes again. */
function closedRow(before: StrategyRow, closedAt: number): StrategyRow {
  if (before.status !== "open") return { ...before, status: "closed" };
  const shown = JSON.stringify({ ...JSON.parse(before.shown), state: "closed", closedAt });
  return { ...before, status: "closed", listed: "closed", closedAt, shown };
}

/** How many closed ones leave the list for a further one. */
export const unlisting = ({ closed }: TenantState): number => Math.max(0, closed - CLOSED_LISTED_MAX);

/** Times of facts are times by their own actor's word. */
type Shown = Omit<StrategyObject, "openedAt"> & { readonly openedAt: number };
type Described = Pick<Extract<StrategyNews, { type: "strategy-opened" }>, "name" | "tags" | "legs">;
const describedBy = ({ name, tags, legs }: Described) => ({
  name,
  instruments: legs.map(({ symbol }) => ({ symbol })),
  tags,
});

const forget = (strategy: string): StrategyForgotten => ({ kind: "strategy-forgotten", strategy });
const accept = (...events: readonly TenantEvent[]): Decision => ({ ok: true, events });
const refuse = (code: Extract<Decision, { ok: false }>["code"], detail: string): Decision => ({
  ok: false,
  code,
  detail,
});
