/** Where a part of a split account stands, and which symbols it may speak for. An account that was never split has none of it. */
import { isSplit, type PartsMap, slotOf, UNSPLIT } from "../../src/domain/parts-map.ts";
import type { NodeName } from "../runtime/escrow/messages.ts";
import type { PartsMove } from "./parts-messages.ts";

export type PartsStanding = {
  readonly part: number;
  readonly map: PartsMap;
  /** Of the settings that it goes by, and of those by which it joined or left. */
  readonly n: number;
  readonly joinedN: number;
  /** Its account-wide limits are quotas of the split's own node. */
  readonly isJoined: boolean;
  readonly lastMove: number;
  /** The last one that ended here by what it was for. */
  readonly lastDone: number;
  /** Of another part than part 0, when it left the split's quotas last. */
  readonly leftAt?: number;
  /** At part 0, by part: the last move of it whose counts over all of the account are counted here. */
  readonly counted?: Readonly<Record<number, number>>;
  /** What leaves it: fenced until it is dropped or the move is aborted. */
  readonly leaving?: PartsMove;
};

export const standingOf = (parts: PartsStanding | undefined, part = 0): PartsStanding =>
  parts ?? { part, map: UNSPLIT, n: 0, joinedN: 0, isJoined: false, lastMove: 0, lastDone: 0 };

/** Whose child the account is: in a split the quotas of its parts come first. Named as an account names its parent. */
export const parentOf = ({ account, parts }: Childlike): string | undefined =>
  account !== undefined && parts?.isJoined === true ? splitNodeOf(account.account) : account?.parent;
type Childlike = Parted & {
  readonly account: { readonly account: string; readonly parent?: string } | undefined;
};

/** The object that has its quotas, within the tenant. */
export const splitNodeOf = (account: string): string => `${account}/split`;

/** As its limits name it. */
export const splitNodeName = (account: string | undefined): NodeName => `account:${account}`;

export type Parted = { readonly parts: PartsStanding | undefined };

export const isFenced = ({ parts }: Parted, symbol: string): boolean =>
  parts?.leaving?.slots.includes(slotOf(symbol)) === true;

export const isParted = ({ map, part, isJoined, leaving }: PartsStanding): boolean =>
  isSplit(map) || part !== 0 || isJoined || leaving !== undefined;

/** Says where an order was accepted, and as which fact. */
export const orderIdOf = (account: string, part: number, seq: number): string =>
  part === 0 ? `${account}-${seq}` : `${account}-${part}.${seq}`;
