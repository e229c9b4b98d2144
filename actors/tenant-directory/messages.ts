/** What a tenant owns: its accounts and strategies by name, for lists and for "does it exist". */
import type { Envelope } from "../runtime/envelope.ts";
import type { OutboxBatch } from "../runtime/outbox.ts";
import type { ActorReply } from "../runtime/reply.ts";

export interface TenantDirectoryApi {
  /** Notes that the account is about to be made; repeating it changes nothing. Called before the account's shard is. */
  admitAccount(envelope: Envelope, account: string): Promise<ActorReply<null>>;
  /** Notes that the strategy is about to be opened in that account. */
  admitStrategy(envelope: Envelope, strategy: string, account: string): Promise<ActorReply<null>>;
  hasAccount(envelope: Envelope, account: string): Promise<ActorReply<boolean>>;
  /** The account of a strategy, or refusal `strategy-unknown`. */
  accountOf(envelope: Envelope, strategy: string): Promise<ActorReply<string>>;
  strategies(envelope: Envelope, query: { limit: number; after?: string }): Promise<ActorReply<{ items: readonly string[]; total: number; next?: string }>>;
  /** Facts of risk shards: `strategy-opened`, `strategy-amended`, `strategy-closed`. */
  receive(envelope: Envelope, batch: OutboxBatch): Promise<ActorReply<{ watermark: number }>>;
}
