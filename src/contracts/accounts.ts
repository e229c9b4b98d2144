/** Accounts: what they are, what they hold, and whether they may trade. */
import { z } from "zod";
import { RETURN_RESOLUTIONS, RETURNS_MAX } from "../domain/bar-return.ts";
import { PRIORITY_MAX, PRIORITY_MIN } from "../domain/firm.ts";
import { SYMBOL_PATTERN } from "../domain/ids.ts";
import { TRADING_STATES } from "../domain/order.ts";
import { decimal, epochMs, listOf, listQuery, plainId, symbolId } from "./common.ts";
import { endpoint } from "./endpoint.ts";
import { LIMIT_KINDS, SCOPE_KINDS } from "./limits.ts";

/** A sentence of who set the state, for who reads it later. */
const REASON_UNITS_MAX = 256;
/** Currencies beside an account's own: more than a desk settles in, and their marks are looked through with each read of balances. */
export const FX_SYMBOLS_MAX = 16;
/** A currency of ISO 4217 or the ticker of a coin. */
const CURRENCY = /^[A-Z][A-Z0-9]{1,11}$/;

const coded = (code: string, message: string) => ({ message, params: { code } });
const decimalText = z.string();

const isCurrency = (text: string): boolean => CURRENCY.test(text);
const NOT_A_CURRENCY = coded("currency-unsupported", "2-12 capital letters and digits");

/** By currency, the symbol whose price says what one of it is worth in the account's. */
const fxSymbols = z
  .record(z.string(), symbolId)
  .refine((fx) => Object.keys(fx).length <= FX_SYMBOLS_MAX, coded("too-many-items", "too many currencies"))
  .refine((fx) => Object.keys(fx).every(isCurrency), NOT_A_CURRENCY);

const riskModel = z.strictObject({
  resolution: z.enum(RETURN_RESOLUTIONS).optional(),
  /** What a bar weighs of the one after it; 1 where all weigh the same. */
  lambda: z.number().gt(0).max(1).optional(),
  minObservations: z.int().min(2).max(RETURNS_MAX).optional(),
});

export const accountBody = z.strictObject({
  currency: z.string().refine(isCurrency, NOT_A_CURRENCY),
  /** The capital that the account starts from. */
  equity: decimal,
  /** Other currencies that it may hold something in. Of each the symbol is in one of the two currencies: its price leads from one to the other. */
  fx: fxSymbols.optional(),
  /** Whose trading days are the account's, as `GET /v1/calendars` names it; days of UTC without one. */
  calendar: plainId.optional(),
  /** By which bars covariances are reckoned: of a day, at λ = 0.94, from 20 bars of a symbol on, where it does not say otherwise. */
  riskModel: riskModel.optional(),
  /** The firm or desk above this account: its limits and states hold beside the account's own. */
  parent: plainId.optional(),
  /** Of its needs among those of that one's other children, where it shares out by priority: 1 comes first, 100 where it says nothing. */
  priority: z.int().min(PRIORITY_MIN).max(PRIORITY_MAX).optional(),
  /** An open strategy of the account: orders, fills of no known order and imports that name none go to it. */
  defaultStrategy: plainId.optional(),
  /** Limits that would be looser wait for somebody else to approve them. It ends by `POST …/limits/proposals`, not by leaving it out. */
  fourEyes: z.boolean().optional(),
});
export type AccountBody = z.output<typeof accountBody>;

const scope = z.strictObject({ kind: z.enum(SCOPE_KINDS), id: z.string().optional() });
const utilisation = z.strictObject({
  id: plainId,
  kind: z.enum(LIMIT_KINDS),
  /** Of a limit that holds for each member: the member that is nearest to it. */
  scope,
  limit: decimalText,
  observed: decimalText,
  /** observed / limit at 6 decimals; null where the limit is 0. */
  utilisation: decimalText.nullable(),
});

/** Money in the account's currency. Working orders count; what has no price yet counts 0. */
const exposure = {
  gross: decimalText,
  /** The worse of both extremes, signed: all buys filled and no sell, or the other way round. */
  net: decimalText,
  long: decimalText,
  short: decimalText,
};

const STATE_SCOPES = ["account", "strategy", "symbol", "sector"] as const;
/** What somebody looks at who asks why orders are refused: `GET …/trips` has all of them. */
export const TRIPS_SHOWN_MAX = 20;
/** Of 2,000 that may stand at once; at the longest reasons some 60 KB. */
export const STATES_SHOWN_MAX = 100;

const trippedLimit = z.strictObject({
  limitId: plainId,
  kind: z.enum(LIMIT_KINDS),
  /** Whom of the limit's scope it is about; null of the account. */
  member: z.string().nullable(),
  /** As they were when it was reached, in the limit's unit. */
  observed: decimalText,
  limit: decimalText,
  ts: epochMs,
});
const standingState = z.strictObject({
  scope: z.strictObject({ kind: z.enum(STATE_SCOPES), id: z.string().optional() }),
  state: z.enum(TRADING_STATES).exclude(["active"]),
  reason: z.string(),
  /** Who set it. */
  by: z.string(),
  ts: epochMs,
});

const stateAbove = z.strictObject({
  /** `firm:<id>` or `desk:<id>`. */
  node: z.string(),
  state: z.enum(TRADING_STATES).exclude(["active"]),
  reason: z.string(),
  by: z.string(),
  at: epochMs,
});

export const accountReply = z
  .strictObject({
    account: plainId,
    currency: z.string(),
    /** What it started from, with cash, profit and loss since; positions at their marks. */
    equity: decimalText,
    parent: plainId.optional(),
    priority: z.int().optional(),
    defaultStrategy: plainId.optional(),
    fx: z.record(z.string(), symbolId).optional(),
    calendar: z.string().optional(),
    riskModel: riskModel.optional(),
    fourEyes: z.literal(true).optional(),
    ...exposure,
    /** Of the account as a whole; a strategy, a symbol or a sector may stand below it, in `states`. */
    state: z.enum(TRADING_STATES),
    /** All that is not active, the account too: the severest first, of those the oldest. */
    states: z.strictObject({
      total: z.int().min(0),
      items: z.array(standingState).max(STATES_SHOWN_MAX),
    }),
    /** Limits that are tripped, the oldest first: they refuse whatever does not close, also where `state` is active. */
    tripped: z.strictObject({
      total: z.int().min(0),
      items: z.array(trippedLimit).max(TRIPS_SHOWN_MAX),
    }),
    /** Of an account that has a parent: states of the nodes above that are not active, the nearest first. The severest of all holds. */
    above: z.array(stateAbove).optional(),
    /** Of such an account: whether its parent has answered lately. While it has not, nothing grows: `parent-away`. */
    isCurrent: z.boolean().optional(),
    limitsVersion: z.int().min(0),
    utilisation: z.array(utilisation),
    seq: z.int().min(0),
  })
  .meta({ id: "Account" });

/** Whom a state, or a mass-cancel, is about. */
export const stateScope = z
  .strictObject({ kind: z.enum(STATE_SCOPES), id: z.string().min(1).max(64).optional() })
  .refine(({ kind, id }) => kind === "account" || id !== undefined, {
    ...coded("field-combination", "this scope names its member"),
    path: ["id"],
  })
  .refine(({ kind, id }) => kind !== "symbol" || id === undefined || SYMBOL_PATTERN.test(id), {
    ...coded("symbol-format", "a symbol is VENUE:TICKER"),
    path: ["id"],
  });
export const stateBody = z.strictObject({
  scope: stateScope,
  state: z.enum(TRADING_STATES),
  reason: z.string().min(1).max(REASON_UNITS_MAX),
  /** The subject of the credential that the call is made with. */
  by: z.string().min(1).max(REASON_UNITS_MAX),
});
export type StateBody = z.output<typeof stateBody>;

export const stateReply = z.strictObject({
  scope: z.strictObject({ kind: z.enum(STATE_SCOPES), id: z.string().optional() }),
  state: z.enum(TRADING_STATES),
  reason: z.string(),
  by: z.string(),
  at: epochMs,
  /** Of `killed`: the cancel of what works in the scope, asked with it. */
  massCancel: z.string().optional(),
  seq: z.int().min(0),
});

export const positionObject = z
  .strictObject({
    symbol: symbolId,
    /** Null where the fills carried none. */
    strategy: plainId.nullable(),
    /** All money below is in it: that of the instrument. */
    currency: z.string().nullable(),
    /** Signed: negative is short. */
    qty: decimalText,
    /** 12 decimals, ties to even; null where nothing is held. */
    avgPrice: decimalText.nullable(),
    /** The last trade, or the middle of bid and ask where there was none; null where neither is known. */
    marketPrice: decimalText.nullable(),
    priceAgeMs: z.int().nullable(),
    /** qty × marketPrice × multiplier, signed; of an inverse contract qty × multiplier ÷ marketPrice. */
    notional: decimalText.nullable(),
    unrealised: decimalText.nullable(),
    realised: decimalText,
    fees: decimalText,
    /** Received (funding payments, dividends, cash in lieu) less what was paid of them. */
    funding: decimalText,
  })
  .meta({ id: "Position" });

const line = { ...exposure, qty: decimalText, buys: decimalText, sells: decimalText };
export const exposuresReply = z.strictObject({
  currency: z.string(),
  ...exposure,
  /** Symbols that are held or worked without any price: they count 0 above, and new risk is refused `warming`. */
  unpriced: z.array(symbolId),
  symbols: z.array(z.strictObject({ symbol: symbolId, ...line })),
  strategies: z.array(z.strictObject({ strategy: plainId, ...exposure })),
  seq: z.int().min(0),
});

const accountPath = z.strictObject({ account: plainId });
const tag = "Risk";
const read = { method: "GET", scope: "risk:read", tag, params: accountPath } as const;
const admin = { scope: "risk:admin", tag, params: accountPath } as const;

export const listAccounts = endpoint({
  method: "GET",
  path: "/v1/accounts",
  scope: "risk:read",
  tag,
  summary: "The tenant's accounts, by name. What one of them holds is asked of the account itself.",
  query: listQuery,
  replies: { 200: listOf(z.strictObject({ account: plainId })) },
});
export const putAccount = endpoint({
  ...admin,
  method: "PUT",
  path: "/v1/accounts/{account}",
  summary:
    "Makes the account, or changes what it starts from and which symbols lead from other currencies to its own. Its currency is fixed once something was held, and so is that an entry of `fx` is there.",
  body: { schema: accountBody },
  replies: { 200: accountReply },
});
export const postState = endpoint({
  ...admin,
  method: "POST",
  path: "/v1/accounts/{account}/state",
  summary:
    "Sets the trading state of the account, a strategy, a symbol or a sector: it stands until another call lifts it, and the severest of those that apply wins. `reducing` admits orders up to what closes; `halted` and `killed` admit none; `killed` also asks the cancel of all that works there.",
  body: { schema: stateBody },
  replies: { 200: stateReply },
});
export const getAccount = endpoint({
  ...read,
  path: "/v1/accounts/{account}",
  summary:
    "Exposure, states, limits that are tripped, and how far each standing limit is used. A `snap` of its stream says the same.",
  replies: { 200: accountReply },
});
export const getPositions = endpoint({
  ...read,
  path: "/v1/accounts/{account}/positions",
  summary:
    "Positions by symbol and strategy at average cost, by name; flat ones stay for what they realised.",
  query: listQuery,
  replies: { 200: listOf(positionObject) },
});
export const getExposures = endpoint({
  ...read,
  path: "/v1/accounts/{account}/exposures",
  summary: "Long, short, gross and net by symbol, strategy and in all.",
  replies: { 200: exposuresReply },
});
