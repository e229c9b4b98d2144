/** What a company does to its shares: the terms of an action as they were announced. Decimals are plain text without trailing zeros. */
import { DAY_MS } from "./time.ts";

export const ACTION_TYPES = ["split", "bonus", "rights", "dividend", "spin-off"] as const;
export type ActionType = (typeof ACTION_TYPES)[number];

export type ActionTerms =
  /** Of `from` shares become `to`: a split of 4:1 is from 1 to 4, a consolidation of 1:10 from 10 to 1. */
  | { readonly type: "split"; readonly from: string; readonly to: string }
  /** `bonusShares` new ones, free of charge, for each `heldShares`. */
  | { readonly type: "bonus"; readonly bonusShares: string; readonly heldShares: string }
  /** `offered` new ones at `price` for each `held`. */
  | { readonly type: "rights"; readonly offered: string; readonly held: string; readonly price: string }
  /** Cash for a share that is held before the ex-date. */
  | { readonly type: "dividend"; readonly amount: string }
  /** What is given away is worth so much for a share that is held before the ex-date. */
  | { readonly type: "spin-off"; readonly value: string };

export type CorporateAction = ActionTerms & {
  readonly id: string;
  /** The first trading day without the right, `YYYY-MM-DD`: earlier days are adjusted. */
  readonly exDate: string;
  /** The last raw close before the ex-date, where the caller knows it. */
  readonly referencePrice?: string | undefined;
};

/** A close is the last one before an ex-date only if it is not older: a longer silence is more likely a hole in what we have than in trading. */
export const CLOSE_AGE_MS_MAX = 31 * DAY_MS;
/** What a symbol keeps, revoked ones included: dividends of every quarter for over two centuries. About 250 KB. */
export const CORPORATE_ACTIONS_MAX = 1_000;
