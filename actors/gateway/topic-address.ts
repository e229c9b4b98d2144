/** Which actor hosts a topic, and who may hear it. A topic of a tenant's own actor is never the same topic as another tenant's. */
import { GROUP_PREFIX, isId, isSymbol } from "../../src/domain/ids.ts";
import { topicKind } from "../../src/domain/stream-policy.ts";
import type { SocketCredential } from "../runtime/connection.ts";
import type { TopicRefusal } from "../runtime/streams/topic.ts";

/** What has to exist before its actor is addressed: an object comes into being when it is first called. */
export type Existing =
  | { readonly kind: "symbol"; readonly name: string }
  | { readonly kind: "account"; readonly name: string }
  | { readonly kind: "strategy"; readonly name: string }
  | { readonly kind: "nothing" };
export type TopicAddress = { readonly topic: string; readonly actor: string; readonly needs: Existing };

const SYMBOL_KINDS: ReadonlySet<string> = new Set([
  "quote",
  "trades",
  "bars",
  "mid",
  "bid",
  "ask",
  "series",
  "depth",
  "depth-metrics",
  "indicator",
]);
const STRATEGY_KINDS: ReadonlySet<string> = new Set(["m2m", "pnl"]);
/** `m2m.<resolution>.<strategy>`, `pnl.<strategy>`. A strategy's id may hold dots; a group is named `group:<id>`. */
const STRATEGY_TOPIC = /^(?:m2m\.[^.]+|pnl)\.(.+)$/;

const UNKNOWN: TopicRefusal = { code: "topic-unknown", detail: "no actor has topics of this kind" };
const NO_SYMBOL: TopicRefusal = { code: "topic-unknown", detail: "the topic does not end with a symbol" };
const NO_NAME: TopicRefusal = { code: "topic-unknown", detail: "the topic does not end with an id" };
const forbidden = (scopes: string): TopicRefusal => ({
  code: "forbidden",
  detail: `the credential lacks ${scopes}`,
});

export function addressOf(
  topic: string,
  { tenant, scopes }: Pick<SocketCredential, "tenant" | "scopes">,
): TopicAddress | TopicRefusal {
  const kind = topicKind(topic);
  if (SYMBOL_KINDS.has(kind)) return ofSymbol(topic);
  if (kind === "labels") return ofLabels(topic, tenant);
  if (kind === "account") {
    const account = topic.slice("account.".length);
    if (!scopes.includes("risk:read") && !scopes.includes("risk:trade"))
      return forbidden("risk:read and risk:trade");
    if (!isId(account)) return NO_NAME;
    return { topic, actor: `risk-shard:${tenant}/${account}`, needs: { kind: "account", name: account } };
  }
  if (!STRATEGY_KINDS.has(kind)) return UNKNOWN;
  if (!scopes.includes("strategy:read")) return forbidden("strategy:read");
  const strategy = STRATEGY_TOPIC.exec(topic)?.[1] ?? "";
  const group = strategy.startsWith(GROUP_PREFIX) ? strategy.slice(GROUP_PREFIX.length) : undefined;
  if (!isId(group ?? strategy)) return NO_NAME;
  return { topic, actor: `strategy:${tenant}/${strategy}`, needs: { kind: "strategy", name: strategy } };
}

/** The symbol stands behind the last dot before its colon: what is before it may hold dots of its own. */
function ofSymbol(topic: string): TopicAddress | TopicRefusal {
  const symbol = topic.slice(topic.lastIndexOf(".", topic.indexOf(":")) + 1);
  if (!isSymbol(symbol)) return NO_SYMBOL;
  return { topic, actor: `symbol:${symbol}`, needs: { kind: "symbol", name: symbol } };
}

/** A symbol without labels has an empty list. */
function ofLabels(topic: string, tenant: string): TopicAddress | TopicRefusal {
  if (!isSymbol(topic.slice("labels.".length))) return NO_SYMBOL;
  return { topic, actor: `label-book:${tenant}`, needs: { kind: "nothing" } };
}
