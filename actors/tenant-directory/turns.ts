/** The commands of a tenant's directory as turns. Free of the platform, so tests run them too. */
import { GROUP_PREFIX } from "../../src/domain/ids.ts";
import type { Clock } from "../runtime/clock.ts";
import type { OutboxBatch } from "../runtime/fact.ts";
import type { Outbox } from "../runtime/outbox.ts";
import { type ActorReply, answer, overloaded, refusal } from "../runtime/reply.ts";
import type { Turn } from "../runtime/turn.ts";
import type { Vitals } from "../runtime/vitals.ts";
import { apply } from "./apply.ts";
import { BOUNDS } from "./bounds.ts";
import { admitAccount, admitStrategy, type Decision, hear, unlisting } from "./decide.ts";
import { factOf, type TenantEvent } from "./events.ts";
import { type NamePage, type News, parseNews, type StrategyNews, type StrategyQuery } from "./messages.ts";
import { NodeTurns } from "./node-turns.ts";
import type { TenantState } from "./state.ts";
import type { TenantStore } from "./store.ts";

/** A sender beyond the bound comes back when an operator had time to look. */
const SENDER_RETRY_MS = 15_000;

type Heard = ActorReply<readonly News[]>;

export class TenantTurns {
  readonly #tenant: string;
  readonly #state: TenantState;
  readonly #store: TenantStore;
  readonly #outbox: Pick<Outbox, "add">;
  readonly #clock: Clock;
  readonly #nodes: Pick<NodeTurns, "hear">;

  constructor(
    tenant: string,
    store: TenantStore,
    bricks: {
      readonly outbox: Pick<Outbox, "add">;
      readonly clock: Clock;
      readonly vitals: Pick<Vitals, "measures">;
    },
    nodes: Pick<NodeTurns, "hear"> = new NodeTurns(tenant, store.nodes, bricks),
  ) {
    this.#nodes = nodes;
    this.#tenant = tenant;
    this.#state = store.load();
    this.#store = store;
    this.#outbox = bricks.outbox;
    this.#clock = bricks.clock;
    bricks.vitals.measures(BOUNDS, {}, () => this.#state);
  }

  admitAccount(account: string): Turn<Decision, null> {
    return this.#admission(() =>
      admitAccount(this.#state, account, this.#store.hasAccount(account), this.#clock.now()),
    );
  }

  admitStrategy(strategy: string, account: string): Turn<Decision, null> {
    return this.#admission(() => {
      const now = this.#clock.now();
      const present = {
        accountPresent: this.#store.hasAccount(account),
        row: this.#store.strategy(strategy),
        abandoned: () => this.#store.abandoned(now),
      };
      return admitStrategy(this.#state, { strategy, account }, present, now);
    });
  }

  /** What was heard before is passed over; the watermark is durable with what it covers. */
  receive(batch: OutboxBatch): Turn<Heard, { watermark: number }> {
    const { inbox } = this.#store;
    return {
      decide: () => {
        if (!inbox.admits(batch.actor)) return overloaded(SENDER_RETRY_MS, "too many senders");
        return parseNews(inbox.fresh(batch));
      },
      settle: (heard) => {
        if (!heard.ok) return heard;
        inbox.take(batch);
        for (const news of heard.value) {
          if (news.type === "firm-put") this.#nodes.hear(news);
          else this.#hear(news);
        }
        return answer({ watermark: inbox.watermarkOf(batch.actor) });
      },
    };
  }

  accountOf(strategy: string): ActorReply<string> {
    const row = this.#store.strategy(strategy);
    return row === undefined ? refusal("strategy-unknown", "there is no such strategy") : answer(row.account);
  }

  strategies({ limit, after = "", state, tag }: StrategyQuery): NamePage {
    const rows = this.#store.listed({ after, limit: limit + 1, state, tag });
    const isAllOpen = state === undefined && tag === undefined;
    return pageOf(rows, limit, isAllOpen ? this.#state.open : this.#store.listedCount({ state, tag }));
  }

  group(group: string): ActorReply<string> {
    const row = this.#store.strategy(GROUP_PREFIX + group);
    return row?.status === "group"
      ? answer(row.shown)
      : refusal("group-unknown", "there is no such group of strategies");
  }

  groups({ limit, after = "" }: { limit: number; after?: string }): NamePage {
    const rows = this.#store.groups(after, limit + 1);
    return pageOf(rows, limit, this.#store.groupCount());
  }

  accounts({ limit, after = "" }: { limit: number; after?: string }): NamePage {
    const rows = this.#store.accounts(after, limit + 1);
    const shown = rows.map((name) => ({ name, shown: JSON.stringify({ account: name }) }));
    return pageOf(shown, limit, this.#state.accounts);
  }

  #admission(decide: () => Decision): Turn<Decision, null> {
    return {
      decide,
      settle: (decision) => {
        if (!decision.ok) return decision;
        for (const event of decision.events) this.#record(event);
        return answer(null);
      },
    };
  }

  #hear(news: StrategyNews): void {
    const event = hear(news, this.#store.strategy(news.strategy));
    if (event === undefined) return;
    this.#record(event);
    const count = unlisting(this.#state);
    if (count > 0) this.#record({ kind: "strategies-unlisted", count });
  }

  #record(event: TenantEvent): void {
    const payload = factOf(this.#tenant, event);
    if (payload !== undefined) this.#outbox.add(event.kind, payload, this.#clock.now());
    apply(this.#state, event);
    this.#store.mark(event);
  }
}

type ShownRow = { readonly name: string; readonly shown: string };

/** Of one row more than the page holds: that row tells that there is another page. */
function pageOf(rows: readonly ShownRow[], limit: number, total: number): NamePage {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = rows.length > page.length && last !== undefined ? { next: last.name } : {};
  return { items: page.map(({ shown }) => shown), total, ...next };
}
