/** The names of things: symbols are `VENUE:TICKER`, everything else is one plain word. */
import type { Brand } from "./brand.ts";

export type Symbol = Brand<string, "Symbol">;
export type TenantId = Brand<string, "TenantId">;
export type AccountId = Brand<string, "AccountId">;
export type StrategyId = Brand<string, "StrategyId">;
export type ClientOrderId = Brand<string, "ClientOrderId">;
export type ExecId = Brand<string, "ExecId">;

/** Matched on the raw text, before any case folding: folding maps letters of other scripts onto A-Z. */
export const SYMBOL_PATTERN = /^[A-Z0-9]{1,12}:[A-Z0-9][A-Z0-9._-]{0,31}$/;
export const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Before the id of a group where strategies are named: no strategy's id has a colon. */
export const GROUP_PREFIX = "group:";

export const isSymbol = (text: string): text is Symbol => SYMBOL_PATTERN.test(text);
export const isId = (text: string): boolean => ID_PATTERN.test(text);
