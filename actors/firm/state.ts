/** What a firm or desk remembers: what it is, its limits and state, what each child holds, and, of a desk, what it holds itself. */
import type { TradingState } from "../../src/domain/order.ts";
import type { GrantsState } from "../runtime/escrow/grants-state.ts";
import type { Holding } from "../runtime/escrow/holding.ts";
import type { NodeName } from "../runtime/escrow/messages.ts";
import type { NodeAddress } from "./address.ts";
import type { NodeLimit, NodeTerms } from "./messages.ts";

/** Null where it was never set. */
export type Trading = {
  readonly state: TradingState;
  readonly reason: string | null;
  readonly by: string | null;
  readonly at: number | null;
};

export type LimitSet = { readonly version: number; readonly limits: readonly NodeLimit[] };

/** The parent that it had before has not heard yet that it is gone. Nothing of it is held any more. */
export type Leaving = {
  readonly parent: string;
  readonly incarnation: string;
  /** Of an account that is split no more: the account itself, which takes its place. */
  readonly heir?: string;
};

/** Once it was put. */
export type FirmNode = {
  readonly name: NodeName;
  terms: NodeTerms;
  set: LimitSet;
  trading: Trading;
  /** Counts changes of its own limits and state. */
  book: number;
  readonly grants: GrantsState;
  /** Of a desk, and of a split account with a parent. */
  holding: Holding | undefined;
  leaving: Leaving | undefined;
  /** Of the quotas of a split account: it is merged, and has its own place. Nobody is answered by what stands here until they are put again. */
  isDissolved: boolean;
  /** Memory: it is about to have another parent, so its children are asked for all that is not used of this one's. */
  isMoving: boolean;
};

export type FirmState = {
  readonly address: NodeAddress;
  node: FirmNode | undefined;
};

export const initialState = (address: NodeAddress): FirmState => ({ address, node: undefined });

export const ACTIVE: Trading = { state: "active", reason: null, by: null, at: null };
