/** The edge's own code for an account that may be split, called as its routes call it. Each edge knows its own maps. */
import { parseSplitBody } from "../../../actors/account-split/messages.ts";
import type { RiskShardApi } from "../../../actors/risk-shard/messages.ts";
import { systemClock } from "../../../actors/runtime/clock.ts";
import type { ActorReply } from "../../../actors/runtime/reply.ts";
import type { Env } from "../../../src/env.ts";
import { onAccount, onAccountSplit } from "../../../src/http/actors.ts";
import type { Call } from "../../../src/http/context.ts";
import { onAllParts } from "../../../src/http/split/asked-parts.ts";
import { changed } from "../../../src/http/split/changed.ts";
import { merged, mergedAccount } from "../../../src/http/split/merged.ts";
import { mergedPage } from "../../../src/http/split/merged-page.ts";
import { placedExecutions } from "../../../src/http/split/placed-executions.ts";
import { SplitMaps } from "../../../src/http/split/split-maps.ts";
import { bySymbol, spread } from "../../../src/http/split/spread.ts";
import { portsFrom } from "../../../src/wiring.ts";
import type { Json } from "../checks/ledger.ts";

type Reply = Promise<ActorReply<string>>;
type Order = Json & { readonly symbol: string };

export class Edge {
  readonly #state: object;
  readonly #envelope: (key?: string) => object;

  constructor(env: unknown, envelope: (key?: string) => object) {
    this.#envelope = envelope;
    this.#state = {
      ports: portsFrom(env as Env),
      clock: systemClock,
      known: { accountRefusal: async () => undefined },
      splits: new SplitMaps(),
      log: () => undefined,
    };
  }

  orders(account: string, items: readonly Order[]): Reply {
    const textOf = (orders: readonly Order[]): string => JSON.stringify({ orders });
    return spread<Order, Json>(this.#call(), account, {
      ...{ text: textOf(items), items, partOf: bySymbol, textOf },
      send: (shard, envelope, text) => shard.orders(envelope, text, "all"),
      resultsIn: (reply) => (JSON.parse(reply) as { decisions: readonly Json[] }).decisions,
      join: (decisions) => JSON.stringify({ decisions }),
    });
  }

  executions(account: string, executions: readonly Json[]): Reply {
    return placedExecutions(this.#call(), account, JSON.stringify({ executions }));
  }

  /** Before it was ever split. */
  put(account: string, key: string, type: "account" | "limits", value: object): Reply {
    const [call, body] = [this.#call(key), JSON.stringify(value)];
    return onAccount(call, account, (shard, envelope) =>
      type === "account" ? shard.putAccount(envelope, body) : shard.putLimits(envelope, body),
    );
  }

  state(account: string, key: string, value: object): Reply {
    const [call, body] = [this.#call(key), JSON.stringify(value)];
    return changed(call, account, { type: "state", body }, () =>
      onAccount(call, account, (shard, envelope) => shard.setState(envelope, body)),
    );
  }

  limits(account: string, key: string, value: object): Reply {
    const [call, body] = [this.#call(key), JSON.stringify(value)];
    return changed(call, account, { type: "limits", body }, () =>
      onAccount(call, account, (shard, envelope) => shard.putLimits(envelope, body)),
    );
  }

  split(account: string, shards: number): Reply {
    const body = JSON.stringify({ shards });
    if (!parseSplitBody(body).ok) throw new Error(`no split into ${shards}`);
    return onAccountSplit(this.#call(), account, (splits, envelope) => splits.split(envelope, body));
  }

  standing(account: string): Reply {
    return onAccountSplit(this.#call(), account, (splits, envelope) => splits.standing(envelope));
  }

  account(account: string): Reply {
    const asked = onAllParts(this.#call(), account, (shard, envelope) => shard.account(envelope));
    return merged(asked, mergedAccount);
  }

  list(
    account: string,
    method: "positions" | "workingOrders",
  ): Promise<ActorReply<{ items: readonly string[] }>> {
    return mergedPage(this.#call(), account, { limit: 1_000 }, (shard: RiskShardApi, envelope, range) =>
      shard[method](envelope, range),
    );
  }

  #call(key?: string): Call {
    return { env: { edge: this.#state, envelope: this.#envelope(key) } } as unknown as Call;
  }
}
