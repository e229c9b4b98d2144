/** What a tenant owns: its accounts and strategies by name, for lists and for "does it exist". */

import { z } from "zod";
import type { SHOWN_STRATEGY_STATES } from "../../src/contracts/strategies.ts";
import { NODE_KINDS, type NodeKind } from "../../src/domain/firm.ts";
import { parsedJson } from "../../src/domain/json.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { Fact, OutboxBatch } from "../runtime/fact.ts";
import type { ActorReply } from "../runtime/reply.ts";

export type { StrategyObject } from "../../src/contracts/strategies.ts";
export type { GroupObject } from "../../src/contracts/strategy-groups.ts";

/** Items are JSON texts; `next` is the name that the page after this one comes after. */
export type NamePage = {
  readonly items: readonly string[];
  readonly total: number;
  readonly next?: string;
};

/** As it is listed. */
export type ListedState = (typeof SHOWN_STRATEGY_STATES)[number];
export type StrategyQuery = {
  readonly limit: number;
  readonly after?: string;
  readonly state?: ListedState;
  readonly tag?: string;
};

export interface TenantDirectoryApi {
  /** Notes that the account is about to be made; repeating it changes nothing. Called before the account's shard is. */
  admitAccount(envelope: Envelope, account: string): Promise<ActorReply<null>>;
  /** Notes that the strategy is about to be opened in that account, which must have been admitted. The same id in another account: `idempotency-key-reused`. */
  admitStrategy(envelope: Envelope, strategy: string, account: string): Promise<ActorReply<null>>;
  hasAccount(envelope: Envelope, account: string): Promise<ActorReply<boolean>>;
  /** The account of a strategy, closed ones too, or refusal `strategy-unknown`. */
  accountOf(envelope: Envelope, strategy: string): Promise<ActorReply<string>>;
  /** JSON texts of public strategy objects in order of id: open ones, unless one state is asked for. */
  strategies(envelope: Envelope, query: StrategyQuery): Promise<ActorReply<NamePage>>;
  /** JSON text of the public group, or refusal `group-unknown`. */
  group(envelope: Envelope, group: string): Promise<ActorReply<string>>;
  /** JSON texts of public groups, in order of id. */
  groups(envelope: Envelope, query: { limit: number; after?: string }): Promise<ActorReply<NamePage>>;
  /** JSON texts of `{account}`, in order of name. */
  accounts(envelope: Envelope, query: { limit: number; after?: string }): Promise<ActorReply<NamePage>>;
  /** Keeps a set of limits by name. JSON text of the public template, as of the next. */
  putTemplate(envelope: Envelope, template: string, body: string): Promise<ActorReply<string>>;
  /** Or refusal `template-unknown`. */
  template(envelope: Envelope, template: string): Promise<ActorReply<string>>;
  removeTemplate(envelope: Envelope, template: string): Promise<ActorReply<null>>;
  /** JSON texts of public templates, in order of name. */
  templates(envelope: Envelope, query: { limit: number; after?: string }): Promise<ActorReply<NamePage>>;
  /** Notes that the firm or desk is about to be made; refused where it could not stand below that parent. Called before its object is. */
  admitNode(
    envelope: Envelope,
    node: { readonly kind: NodeKind; readonly id: string; readonly parent?: string },
  ): Promise<ActorReply<null>>;
  hasNode(envelope: Envelope, kind: NodeKind, id: string): Promise<ActorReply<boolean>>;
  /** JSON texts of listed firms or desks, in order of id. */
  nodes(
    envelope: Envelope,
    kind: NodeKind,
    query: { limit: number; after?: string },
  ): Promise<ActorReply<NamePage>>;
  /** Facts of risk shards: `strategy-opened`, `strategy-amended`, `strategy-closed`; of firms and desks: `firm-put`. Others are passed over. */
  receive(envelope: Envelope, batch: OutboxBatch): Promise<ActorReply<{ watermark: number }>>;
}

const word = z.string().min(1);
const state = z.enum(["draft", "active", "paused"]).optional();
/** Of a group. */
const members = z.array(word).optional();
const described = { name: z.string(), tags: z.array(z.string()), legs: z.array(z.object({ symbol: word })) };

/** As much of a risk shard's news as the directory needs. */
const news = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("strategy-opened"),
    strategy: word,
    account: word,
    currency: word,
    state,
    at: z.int(),
    members,
    ...described,
  }),
  z.object({ type: z.literal("strategy-amended"), strategy: word, state, members, ...described }),
  z.object({ type: z.literal("strategy-closed"), strategy: word, at: z.int() }),
  z.object({
    type: z.literal("firm-put"),
    id: word,
    kind: z.enum(NODE_KINDS),
    currency: word,
    parent: word.optional(),
  }),
]);
export type News = z.output<typeof news>;
export type NodeNews = Extract<News, { type: "firm-put" }>;
export type StrategyNews = Exclude<News, NodeNews>;

const KINDS: readonly string[] = news.options.map((option) => option.shape.type.value);

/**
 * The news of strategies, firms and desks among these facts. One that cannot be read refuses the batch: its sender keeps it and comes again, and a list that
 * silently lacks a strategy would be worse than a queue that is seen to grow.
 */
export function parseNews(facts: readonly Fact[]): ActorReply<readonly News[]> {
  const parsed = facts
    .filter(([, , kind]) => KINDS.includes(kind))
    .map(([, , type, payload]) => news.safeParse(withType(type, payload)));
  const heard = parsed.flatMap((one) => (one.success ? [one.data] : []));
  if (heard.length === parsed.length) return { ok: true, value: heard };
  return { ok: false, code: "invalid", detail: "a fact about a strategy or a firm cannot be read" };
}

/** The kind of a fact is its type, whether the payload repeats it or not. */
function withType(type: string, payload: string): unknown {
  const body = parsedJson(payload);
  return typeof body === "object" && body !== null ? { ...body, type } : body;
}
