/** The shapes of the API that the page reads, as types alone. */
import type { z } from "zod";
import type { accountReply, positionObject } from "../contracts/accounts.ts";
import type { BalancesReply } from "../contracts/balances.ts";
import type { checkResult, decisionRecord } from "../contracts/decisions.ts";
import type { explanation } from "../contracts/explanation.ts";
import type { NodeReply, QuotaView } from "../contracts/firms.ts";
import type { PendingLimitsObject } from "../contracts/limit-plan.ts";
import type { tripObject } from "../contracts/limit-trips.ts";
import type { limitsReply } from "../contracts/limits.ts";
import type { orderObject } from "../contracts/orders.ts";
import type { m2mCandle, StrategyObject, strategyPnl, strategyPosition } from "../contracts/strategies.ts";
import type { violationObject } from "../contracts/violations.ts";

export type ListOf<Item> = {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
  readonly total: number;
};
export type Account = z.output<typeof accountReply>;
export type Utilisation = Account["utilisation"][number];
export type Limits = z.output<typeof limitsReply>;
export type Limit = Limits["limits"][number];
export type Position = z.output<typeof positionObject>;
export type Violation = z.output<typeof violationObject>;
export type OrderState = z.output<typeof orderObject>;
export type DecisionRecord = z.output<typeof decisionRecord>;
export type Explanation = z.output<typeof explanation>;
/** With its sentence, once the decision is explained. */
export type CheckResult = z.output<typeof checkResult> & { readonly words?: string };
export type Trip = z.output<typeof tripObject>;
export type PendingLimits = PendingLimitsObject;
export type Scope = CheckResult["scope"];
export type StrategyPosition = z.output<typeof strategyPosition>;
export type StrategyPnl = z.output<typeof strategyPnl>;
export type M2mPage = {
  readonly candles: readonly z.output<typeof m2mCandle>[];
  readonly nextCursor: string | null;
};
/** An item of the topic `trades.<symbol>`. */
export type Trade = { readonly ts: number; readonly price: string; readonly size: string };

/** A firm or a desk. */
export type FirmNode = NodeReply;
export type Quota = QuotaView;
export type QuotaLimit = Quota["limits"][number];
export type QuotaChild = QuotaLimit["children"][number];

export type Balances = BalancesReply;
/** Of an account, or of a strategy, which has no cash and names no symbol. */
export type CurrencyFigures = Omit<Balances["currencies"][number], "cash" | "fxSymbol" | "fxAgeMs"> &
  Partial<Pick<Balances["currencies"][number], "cash" | "fxSymbol" | "fxAgeMs">>;

/** Of a strategy, or of a group. */
export type PnlFigures = Pick<
  StrategyPnl,
  "total" | "unrealised" | "realised" | "fees" | "grossExposure" | "staleLegs" | "missingLegs"
> & { readonly funding?: string; readonly currencies?: readonly CurrencyFigures[] };
/** What a strategy names to hold, and what of it. */
export type Leg = StrategyObject["instruments"][number];
