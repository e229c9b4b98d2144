/**
 * Columns of the Postgres tables, those of labels and what came after in files beside it: the single source for statements and types.
 * Keys, partitions and indexes stand in `migrations/`; a test holds both together.
 */
import { bigint, boolean, integer, jsonb, numeric, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { at, origin } from "./columns.ts";

/** Whose account a row is about. */
const ofAccount = { tenant: text("tenant").notNull(), account: text("account").notNull() };

export const schemaMigration = pgTable("schema_migration", {
  id: integer("id").primaryKey(),
  name: text("name").notNull(),
  checksum: text("checksum").notNull(),
  appliedAt: at("applied_at").notNull(),
});

/** Up to where the mirror has an actor's facts, and which incarnation of it may write. */
export const actorWatermark = pgTable("actor_watermark", {
  actor: text("actor").primaryKey(),
  incarnation: text("incarnation").notNull(),
  seq: bigint("seq", { mode: "number" }).notNull(),
  updatedAt: at("updated_at").notNull(),
});

/** Every fact of every actor, as committed. The typed tables below are projections of these rows. */
export const actorFact = pgTable(
  "actor_fact",
  {
    ...origin,
    committedAt: at("committed_at").notNull(),
    kind: text("kind").notNull(),
    payload: text("payload").notNull(),
    /** The call that the fact came of; null where only a timer did. */
    requestId: text("request_id"),
    traceparent: text("traceparent"),
  },
  (table) => [primaryKey({ columns: [table.actor, table.seq, table.committedAt] })],
);

/** Facts that Postgres could not take, and stretches that never came, each with its reason. */
export const deadLetter = pgTable(
  "dead_letter",
  {
    ...origin,
    lastSeq: bigint("last_seq", { mode: "number" }).notNull(),
    kind: text("kind").notNull(),
    payload: text("payload").notNull(),
    reason: text("reason").notNull(),
    parkedAt: at("parked_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.actor, table.seq] })],
);

export const instrument = pgTable("instrument", {
  symbol: text("symbol").primaryKey(),
  version: integer("version").notNull(),
  description: text("description").notNull(),
  type: text("type").notNull(),
  exchange: text("exchange").notNull(),
  currency: text("currency").notNull(),
  priceScale: integer("price_scale").notNull(),
  sizeScale: integer("size_scale").notNull(),
  tickSize: numeric("tick_size").notNull(),
  lotSize: numeric("lot_size").notNull(),
  multiplier: numeric("multiplier").notNull(),
  timezone: text("timezone").notNull(),
  session: text("session").notNull(),
  status: text("status").notNull(),
  reference: jsonb("reference").notNull(),
  ...origin,
});

/** Of a bar as it stands, and of what stood before. */
const barColumns = {
  symbol: text("symbol").notNull(),
  resolution: text("resolution").notNull(),
  start: at("start").notNull(),
  open: numeric("open").notNull(),
  high: numeric("high").notNull(),
  low: numeric("low").notNull(),
  close: numeric("close").notNull(),
  volume: numeric("volume").notNull(),
  trades: integer("trades").notNull(),
  /** Σ price × size, exact: bars of a higher resolution can be summed from it. Null where an import does not tell. */
  priceVolume: numeric("price_volume"),
  vwap: numeric("vwap"),
  rev: integer("rev").notNull(),
  state: text("state").notNull(),
  partial: boolean("partial").notNull(),
  /** When the fact was committed, or the import came; null where that was before it was noted. */
  knownAt: at("known_at"),
  /** `trades`, `import`, or `fold`: of imported narrower bars. Trades outrank imports, and these outrank folds. */
  madeBy: text("made_by").notNull(),
  ...origin,
};

export const bar = pgTable(
  "bar",
  {
    ...barColumns,
  },
  (table) => [primaryKey({ columns: [table.symbol, table.resolution, table.start] })],
);

/** What stood in `bar` until a newer version came: it held in [knownAt, supersededAt). A trigger of `bar` writes it. */
export const barVersion = pgTable(
  "bar_version",
  {
    ...barColumns,
    supersededAt: at("superseded_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.symbol, table.resolution, table.start, table.supersededAt] })],
);

/** The gap ledger of each symbol: an entry when it is made, and again when it is filled. */
export const barGap = pgTable(
  "bar_gap",
  {
    symbol: text("symbol").notNull(),
    number: integer("number").notNull(),
    kind: text("kind").notNull(),
    fromTs: at("from_ts").notNull(),
    toTs: at("to_ts").notNull(),
    source: text("source"),
    reason: text("reason"),
    missing: bigint("missing", { mode: "number" }),
    foundAt: at("found_at").notNull(),
    filledAt: at("filled_at"),
    ...origin,
  },
  (table) => [primaryKey({ columns: [table.symbol, table.number] })],
);

export const account = pgTable(
  "account",
  {
    ...ofAccount,
    currency: text("currency").notNull(),
    equity: numeric("equity").notNull(),
    parent: text("parent"),
    /** Whose trading days are the account's; null: those of UTC. */
    calendar: text("calendar"),
    defaultStrategy: text("default_strategy"),
    ...origin,
  },
  (table) => [primaryKey({ columns: [table.tenant, table.account] })],
);

/** One row per limit and version: the whole set of a version is what held from its `at` on. */
export const riskLimit = pgTable(
  "risk_limit",
  {
    ...ofAccount,
    version: integer("version").notNull(),
    id: text("id").notNull(),
    kind: text("kind").notNull(),
    definition: jsonb("definition").notNull(),
    at: at("at").notNull(),
    ...origin,
  },
  (table) => [primaryKey({ columns: [table.tenant, table.account, table.version, table.id] })],
);

export const riskDecision = pgTable(
  "risk_decision",
  {
    ...ofAccount,
    clientOrderId: text("client_order_id").notNull(),
    strategy: text("strategy"),
    symbol: text("symbol").notNull(),
    side: text("side").notNull(),
    type: text("type").notNull(),
    qty: numeric("qty").notNull(),
    price: numeric("price"),
    decision: text("decision").notNull(),
    allowedQty: numeric("allowed_qty").notNull(),
    code: text("code"),
    limitsVersion: integer("limits_version").notNull(),
    decidedAt: at("decided_at").notNull(),
    ...origin,
  },
  (table) => [primaryKey({ columns: [table.actor, table.seq, table.decidedAt] })],
);

export const violation = pgTable(
  "violation",
  {
    ...ofAccount,
    code: text("code").notNull(),
    detail: jsonb("detail").notNull(),
    raisedAt: at("raised_at").notNull(),
    ...origin,
  },
  (table) => [primaryKey({ columns: [table.actor, table.seq, table.raisedAt] })],
);

export const execution = pgTable(
  "execution",
  {
    ...ofAccount,
    execId: text("exec_id").notNull(),
    type: text("type").notNull(),
    clientOrderId: text("client_order_id"),
    strategy: text("strategy"),
    symbol: text("symbol"),
    side: text("side"),
    qty: numeric("qty"),
    price: numeric("price"),
    fee: numeric("fee"),
    /** Of the instrument: `fee` and `realised` are in it. Null in rows from before it was told. */
    currency: text("currency"),
    /** By this report, at average cost. */
    realised: numeric("realised"),
    /** Of a bust or a correction: the fill that it is about. */
    refExecId: text("ref_exec_id"),
    ts: at("ts").notNull(),
    bookedAt: at("booked_at").notNull(),
    ...origin,
  },
  (table) => [primaryKey({ columns: [table.actor, table.seq, table.bookedAt] })],
);

export const position = pgTable(
  "position",
  {
    ...ofAccount,
    symbol: text("symbol").notNull(),
    /** Empty where the fills carry no strategy: part of the key, so never null. */
    strategy: text("strategy").notNull(),
    qty: numeric("qty").notNull(),
    cost: numeric("cost").notNull(),
    realised: numeric("realised").notNull(),
    fees: numeric("fees").notNull(),
    funding: numeric("funding").notNull().default("0"),
    ...origin,
  },
  (table) => [primaryKey({ columns: [table.tenant, table.account, table.symbol, table.strategy] })],
);

export const strategy = pgTable(
  "strategy",
  {
    tenant: text("tenant").notNull(),
    strategy: text("strategy").notNull(),
    account: text("account").notNull(),
    name: text("name").notNull(),
    tags: jsonb("tags").notNull(),
    status: text("status").notNull(),
    /** Of an open one; null in what was told before there were states: active. */
    state: text("state"),
    ...origin,
  },
  (table) => [primaryKey({ columns: [table.tenant, table.strategy] })],
);

export const strategyM2mCandle = pgTable(
  "strategy_m2m_candle",
  {
    tenant: text("tenant").notNull(),
    strategy: text("strategy").notNull(),
    resolution: text("resolution").notNull(),
    start: at("start").notNull(),
    open: numeric("open").notNull(),
    high: numeric("high").notNull(),
    low: numeric("low").notNull(),
    close: numeric("close").notNull(),
    realised: numeric("realised").notNull(),
    unrealised: numeric("unrealised").notNull(),
    fees: numeric("fees").notNull(),
    funding: numeric("funding").notNull().default("0"),
    grossExposure: numeric("gross_exposure").notNull(),
    tickCount: integer("tick_count").notNull(),
    staleLegs: jsonb("stale_legs").notNull(),
    missingLegs: jsonb("missing_legs").notNull(),
    sampled: boolean("sampled").notNull(),
    rev: integer("rev").notNull(),
    state: text("state").notNull(),
    ...origin,
  },
  (table) => [primaryKey({ columns: [table.tenant, table.strategy, table.resolution, table.start] })],
);

export const apiKey = pgTable("api_key", {
  id: text("id").primaryKey(),
  tenant: text("tenant").notNull(),
  prefix: text("prefix").notNull(),
  scopes: jsonb("scopes").notNull(),
  createdAt: at("created_at").notNull(),
  expiresAt: at("expires_at"),
  revokedAt: at("revoked_at"),
  ...origin,
});
