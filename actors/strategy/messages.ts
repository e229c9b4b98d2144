/** What may be asked of a strategy, and the news that its account's risk shard sends it. */
import { z } from "zod";
import type { PriceSubscriberApi } from "../price-hub/messages.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { Fact, OutboxBatch } from "../runtime/fact.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { InspectedApi } from "../runtime/standing.ts";
import type { LinkHostApi } from "../runtime/streams/link.ts";

const word = z.string().min(1);
const moment = z.int();

/** What a leg's numbers mean. `notionalUnit` is a bigint as text. */
const legInstrument = z.object({
  symbol: word,
  priceScale: z.int().nonnegative(),
  sizeScale: z.int().nonnegative(),
  notionalUnit: z.string().regex(/^\d+$/),
  /** Absent where it is the account's. */
  currency: word.optional(),
  /** Absent: linear. */
  contract: z.literal("inverse").optional(),
});
/** The symbol that leads from a currency to the account's, and what of it says how. Absent in news: as before. */
const rateSource = z.object({
  currency: word,
  symbol: word,
  priceScale: z.int().nonnegative(),
  direction: z.enum(["multiply", "divide"]),
});
const fx = z.array(rateSource).readonly().optional();
/** Of the account's trading days; empty where it names none. Absent in news: as before. */
const calendar = z.string().optional();
/** Of a strategy's own: what it is meant to hold, signed decimal text. */
const legs = z.array(legInstrument.extend({ targetQty: z.string().optional() })).readonly();
/** Absent where the account's version had no states, or it stays as it is. */
const state = z.enum(["draft", "active", "paused"]).optional();
/** Of a group, whose `strategy` is `group:<id>`: those that it sums up. */
const members = z.array(word).readonly().optional();
const whole = z.string().regex(/^-?\d+$/);
const amount = z.string();

/**
 * What an account holds in one line, or by how much that changed: `qty` an integer at the leg's sizeScale, money as decimal text in
 * the instrument's currency. `cost` is signed: above zero where a long one has cost something, so that changes add up to holdings.
 */
const holding = z.object({ qty: whole, cost: amount, realised: amount, fees: amount, funding: amount });
/** A change counts at its own moment, which may lie long before its news. */
/** `execId` is of the entry that changed: a fill that was told before is then told anew, not a second time. */
const holdingChange = holding.extend({ ts: moment, execId: word.optional() });
const REVISION_REASONS = ["bust", "correct", "split", "cash", "adjustment"] as const;
const tags = z.array(z.string()).readonly();

/** Facts of a risk shard whose destination is a strategy: kind = `type`, payload = its JSON. Order is the account's order. */
export const strategyNews = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("strategy-opened"),
    strategy: word,
    account: word,
    name: z.string(),
    tags,
    currency: word,
    legs,
    state,
    fx,
    calendar,
    members,
    at: moment,
  }),
  z.object({
    type: z.literal("strategy-amended"),
    strategy: word,
    name: z.string(),
    tags,
    legs,
    state,
    fx,
    calendar,
    members,
    at: moment,
  }),
  z.object({ type: z.literal("strategy-closed"), strategy: word, at: moment }),
  z.object({
    /** A booked execution of this strategy; opening legs come as `opening`. Integers at the leg's scales, fee as decimal text. */
    type: z.literal("fill-booked"),
    strategy: word,
    execId: word,
    leg: legInstrument,
    side: z.enum(["buy", "sell"]),
    qty: z.int().positive(),
    price: z.int(),
    fee: z.string(),
    ts: moment,
    opening: z.boolean(),
    /** What the account booked. Absent in news of a version that did not tell. */
    change: holding.optional(),
    /** What the account holds in this line since: who follows compares it with its own. */
    after: holding.optional(),
  }),
  z.object({
    /** Of a group: a strategy has joined with what its lines made and hold, or has left with it. Its news follows, or no longer comes. */
    type: z.literal("group-moved"),
    strategy: word,
    member: word,
    joined: z.boolean(),
    lines: z.array(z.object({ leg: legInstrument, held: holding })).readonly(),
    at: moment,
  }),
  z.object({
    /** What was booked before, or is held, has become another: by a report about an earlier one, or by what is no fill. */
    type: z.literal("holding-revised"),
    strategy: word,
    leg: legInstrument,
    reason: z.enum(REVISION_REASONS),
    /** What it was called: the report, the action, the movement. */
    execId: word,
    /** Of a bust or a correction: the fill that it is about. */
    refExecId: word.optional(),
    /** One for each moment at which the line is another than it was told; in the account's order. */
    changes: z.array(holdingChange).readonly(),
    /** Of a split: so many become so many. Prices from before `ts` are of the old shares, also where nothing was held. */
    ratio: z.object({ from: whole, to: whole, ts: moment.optional() }).optional(),
    after: holding,
    at: moment,
  }),
]);

/** One fact of the account: its news, or why this version cannot read it. */
export type Told = { readonly seq: number; readonly kind: string } & (
  | { readonly news: StrategyNews }
  | { readonly reason: string }
);

/** Never throws: the account's newer news must not wait behind what cannot be read. */
export const readNews = (facts: readonly Fact[]): Told[] =>
  facts.map(([seq, , kind, payload]) => ({ seq, kind, ...readOne(payload) }));

function readOne(payload: string): { news: StrategyNews } | { reason: string } {
  const read = jsonNews.safeParse(payload);
  if (read.success) return { news: read.data };
  const [issue] = read.error.issues;
  // What was wrong with which field; never its value.
  return { reason: `unreadable: ${issue?.code ?? "unknown"} at ${issue?.path.join(".") || "the top"}` };
}

const jsonNews = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: "custom", message: "not JSON" });
      return z.NEVER;
    }
  })
  .pipe(strategyNews);

export type DeclaredLeg = Readonly<z.output<typeof legs>>[number];
export type RateSource = Readonly<z.output<typeof rateSource>>;
export type LegInstrument = Readonly<z.output<typeof legInstrument>>;
export type Holding = Readonly<z.output<typeof holding>>;
export type HoldingChange = Readonly<z.output<typeof holdingChange>>;
export type RevisionReason = (typeof REVISION_REASONS)[number];
export type StrategyNews = Readonly<z.output<typeof strategyNews>>;

export type M2mQuery = {
  readonly resolution: string;
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
};

export type StatisticsQuery = { readonly from?: number; readonly to?: number; readonly capital?: string };

/** `calendar`: of the account's trading days, where its candles of a day go by one. */
export type M2mPage = {
  readonly candles: readonly string[];
  readonly olderThan?: number;
  readonly calendar?: string;
};

export interface StrategyApi extends PriceSubscriberApi, InspectedApi, LinkHostApi {
  receive(envelope: Envelope, batch: OutboxBatch): Promise<ActorReply<{ watermark: number }>>;
  /** JSON text of the public strategy object. */
  describe(envelope: Envelope): Promise<ActorReply<string>>;
  /** JSON text of `{items}`. */
  positions(envelope: Envelope): Promise<ActorReply<string>>;
  /** JSON text of `{method, realised, unrealised, fees, total, …}`. */
  pnl(envelope: Envelope, method: string): Promise<ActorReply<string>>;
  /** Candles as JSON texts, and where older minutes may stand in Postgres: of a wider one also its own. */
  m2m(envelope: Envelope, query: M2mQuery): Promise<ActorReply<M2mPage>>;
  /** JSON text of the public statistics, over days that begin in [from, to). */
  statistics(envelope: Envelope, query: StatisticsQuery): Promise<ActorReply<string>>;
}
