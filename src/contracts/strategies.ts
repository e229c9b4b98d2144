/** Strategies: groups of legs inside an account, with their positions, profit and loss, and mark-to-market candles. */
import { z } from "zod";
import {
  decimal,
  epochMs,
  idempotencyHeaders,
  listOf,
  listQuery,
  nonNegativeDecimal,
  plainId,
  symbolId,
} from "./common.ts";
import { endpoint } from "./endpoint.ts";

/** All of a broad index, or the options of one over its strikes; each leg is a subscription at a price hub. */
export const STRATEGY_LEGS_MAX = 2_000;
/** A name or a tag is a label for people, not a document. */
export const STRATEGY_NAME_MAX = 128;
export const STRATEGY_TAGS_MAX = 32;
export const STRATEGY_TAG_MAX = 64;

export const PNL_METHODS = ["average", "fifo", "lifo"] as const;
/** A draft trades nothing, a paused one only out of what it holds. Who has gone from draft to active never becomes a draft again. */
export const STRATEGY_STATES = ["draft", "active", "paused"] as const;
/** One is closed by DELETE, and stays readable. */
export const SHOWN_STRATEGY_STATES = [...STRATEGY_STATES, "closed"] as const;
export const CANDLE_STATES = ["forming", "final", "revised"] as const;

const issue = (code: string, message: string) => ({ message, params: { code } });
const unique = <Value>(values: readonly Value[]): boolean => new Set(values).size === values.length;

const nonZeroDecimal = decimal.refine((text) => /[1-9]/.test(text), issue("zero", "must not be zero"));

/** With `qty` (signed) and `avgPrice` the leg is already held: it enters the account as an opening execution. */
export const strategyLeg = z
  .strictObject({
    symbol: symbolId,
    qty: nonZeroDecimal.optional(),
    avgPrice: nonNegativeDecimal.optional(),
    /** What the leg is meant to hold, signed; it is shown beside what it holds, and orders nothing. */
    targetQty: decimal.optional(),
  })
  .refine(
    (leg) => (leg.qty === undefined) === (leg.avgPrice === undefined),
    issue("field-combination", "qty and avgPrice stand together or not at all"),
  );

export const strategyLegs = z
  .array(strategyLeg)
  .max(STRATEGY_LEGS_MAX)
  .refine((legs) => unique(legs.map((leg) => leg.symbol)), issue("duplicate", "a symbol is named once"));

const strategyName = z.string().min(1).max(STRATEGY_NAME_MAX);
const strategyTags = z
  .array(z.string().min(1).max(STRATEGY_TAG_MAX))
  .max(STRATEGY_TAGS_MAX)
  .refine(unique, issue("duplicate", "a tag is named once"));

export const newStrategy = z.strictObject({
  name: strategyName,
  account: plainId,
  instruments: strategyLegs,
  /** No tags where it is absent. */
  tags: strategyTags.optional(),
  /** `active` where it is absent. */
  state: z.enum(["draft", "active"]).optional(),
});
export const strategyPatch = z
  .strictObject({
    name: strategyName.optional(),
    tags: strategyTags.optional(),
    /** From draft to active, and between active and paused. */
    state: z.enum(STRATEGY_STATES).optional(),
  })
  .refine(
    (patch) => Object.values(patch).some((value) => value !== undefined),
    issue("field-combination", "a patch changes the name, the tags or the state"),
  );
/** Replaces the set of legs. A leg that is held stays followed, named or not, until it is flat. */
export const newStrategyLegs = z.strictObject({ instruments: strategyLegs });

export type StrategyLeg = z.output<typeof strategyLeg>;
export type NewStrategy = z.output<typeof newStrategy>;
export type StrategyPatch = z.output<typeof strategyPatch>;
export type NewStrategyLegs = z.output<typeof newStrategyLegs>;

/** Lists name the legs only. One strategy's are those that are named, and what it holds besides. */
const strategyLegShown = z.strictObject({
  symbol: symbolId,
  /** Signed; null where none was stated. */
  targetQty: z.string().nullable().optional(),
  /** What it holds. */
  qty: z.string().optional(),
  /** targetQty − qty; null without a target. */
  difference: z.string().nullable().optional(),
});

export const strategyObject = z
  .strictObject({
    id: plainId,
    name: z.string(),
    account: plainId,
    currency: z.string(),
    instruments: z.array(strategyLegShown),
    tags: z.array(z.string()),
    state: z.enum(SHOWN_STRATEGY_STATES),
    openedAt: epochMs,
    /** Of a closed one. */
    closedAt: epochMs.optional(),
  })
  .meta({ id: "Strategy" });
export type StrategyObject = z.input<typeof strategyObject>;

export const strategyPosition = z
  .strictObject({
    symbol: symbolId,
    strategy: plainId,
    /** Signed: negative is short. */
    qty: z.string(),
    /** Null where nothing is held. */
    avgPrice: z.string().nullable(),
    /** The last trade, or the middle of bid and ask where there was none; null where neither is known. */
    marketPrice: z.string().nullable(),
    priceAgeMs: z.int().nullable(),
    /** qty × price × multiplier, signed; null without a price. */
    notional: z.string().nullable(),
    unrealised: z.string().nullable(),
    realised: z.string(),
    fees: z.string(),
    /** Received beside the fills: funding payments, dividends, cash in lieu. Signed. */
    funding: z.string(),
    /** Of all money here: that of the instrument. */
    currency: z.string(),
  })
  .meta({ id: "StrategyPosition" });
export const strategyPositions = z.strictObject({ items: z.array(strategyPosition) });

export const strategyPnl = z
  .strictObject({
    strategy: plainId,
    method: z.enum(PNL_METHODS),
    currency: z.string(),
    realised: z.string(),
    unrealised: z.string(),
    fees: z.string(),
    /** Received beside the fills: funding payments, dividends, cash in lieu. Signed. */
    funding: z.string(),
    /** realised + unrealised − fees + funding. */
    total: z.string(),
    grossExposure: z.string(),
    /** Held legs whose price is older than 60 s. */
    staleLegs: z.array(symbolId),
    /** Held legs without any price: they count 0 in `unrealised`. Of a currency without a rate all that a leg has made counts 0. */
    missingLegs: z.array(symbolId),
    /** The same amounts by currency, each in its own money; above, the sums of what each of them is converted to. */
    currencies: z.array(
      z.strictObject({
        currency: z.string(),
        realised: z.string(),
        unrealised: z.string(),
        fees: z.string(),
        funding: z.string(),
        total: z.string(),
        grossExposure: z.string(),
        /** What one of it is in the account's currency, 12 decimals; null where it is not known. */
        fxRate: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "StrategyPnl" });

/** One minute, or a wider span, of total profit and loss: realised + unrealised − fees + funding. Money as decimal text in the account's currency. */
export const m2mCandle = z
  .strictObject({
    t: epochMs,
    open: z.string(),
    high: z.string(),
    low: z.string(),
    close: z.string(),
    realised: z.string(),
    unrealised: z.string(),
    fees: z.string(),
    /** Absent where an earlier version told it: 0. */
    funding: z.string().optional(),
    grossExposure: z.string(),
    /** Changes of the last price of any leg in it. */
    tickCount: z.int().min(0),
    /** Held legs whose price was older than 60 s at the end of the minute, or of any minute of a wider candle. */
    staleLegs: z.array(symbolId),
    /** Held legs without any price: they count 0 in `unrealised`. */
    missingLegs: z.array(symbolId),
    /** Some price change may be missing from this candle; it is exact where this is false. */
    sampled: z.boolean(),
    rev: z.int().min(0),
    state: z.enum(CANDLE_STATES),
  })
  .meta({ id: "M2mCandle" });
export type M2mCandleObject = z.input<typeof m2mCandle>;

export const pnlQuery = z.strictObject({ method: z.enum(PNL_METHODS).optional() });

const strategyPath = z.strictObject({ strategy: plainId });
const tag = "Strategies";
const read = { scope: "strategy:read", tag } as const;
const write = { scope: "strategy:write", tag } as const;

export const postStrategy = endpoint({
  ...write,
  method: "POST",
  headers: idempotencyHeaders,
  path: "/v1/strategies",
  summary: "Opens a strategy in an account; legs with a quantity enter the account as opening executions.",
  body: { schema: newStrategy },
  replies: { 201: z.strictObject({ id: plainId }) },
});
export const listStrategies = endpoint({
  ...read,
  method: "GET",
  path: "/v1/strategies",
  summary:
    "The tenant's strategies, by id: those that are open, or those of one state. Of closed ones the newest 10,000 are listed; each can be read by its id.",
  query: listQuery.extend({
    state: z.enum(SHOWN_STRATEGY_STATES).optional(),
    tag: z.string().min(1).max(STRATEGY_TAG_MAX).optional(),
  }),
  replies: { 200: listOf(strategyObject) },
});
export const getStrategy = endpoint({
  ...read,
  method: "GET",
  path: "/v1/strategies/{strategy}",
  summary: "One strategy.",
  params: strategyPath,
  replies: { 200: strategyObject },
});
export const patchStrategy = endpoint({
  ...write,
  method: "PATCH",
  path: "/v1/strategies/{strategy}",
  summary:
    "Renames or retags a strategy, or sets its state: draft to active, and active to paused and back. Orders of a draft are refused `strategy-inactive`, of a paused one all that do not close what it holds.",
  params: strategyPath,
  body: { schema: strategyPatch },
  replies: { 200: strategyObject },
});
export const deleteStrategy = endpoint({
  ...write,
  method: "DELETE",
  path: "/v1/strategies/{strategy}",
  summary:
    "Closes a strategy that holds nothing, has no working order and is not the account's default. It stays readable; orders that name it are refused `strategy-unknown`.",
  params: strategyPath,
  replies: { 204: undefined },
});
export const putStrategyInstruments = endpoint({
  ...write,
  method: "PUT",
  path: "/v1/strategies/{strategy}/instruments",
  summary: "Replaces the legs of a strategy.",
  params: strategyPath,
  body: { schema: newStrategyLegs },
  replies: { 200: strategyObject },
});
export const getStrategyPositions = endpoint({
  ...read,
  method: "GET",
  path: "/v1/strategies/{strategy}/positions",
  summary: "Each traded leg at average cost, marked at its newest price.",
  params: strategyPath,
  replies: { 200: strategyPositions },
});
export const getStrategyPnl = endpoint({
  ...read,
  method: "GET",
  path: "/v1/strategies/{strategy}/pnl",
  summary:
    "Profit and loss now, at average cost or by lots (`fifo`, `lifo`): the total is the same, what of it is realised is not. " +
    "Where the oldest lots of a line are not kept any more, the others are refused `pnl-method-unavailable`.",
  params: strategyPath,
  query: pnlQuery,
  replies: { 200: strategyPnl },
});
