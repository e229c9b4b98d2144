/** What the facts of an account and of its limits say, as `facts.ts` does of all others. */
import { moneyText } from "../../src/domain/money.ts";
import type { ParentLimit } from "../runtime/escrow/messages.ts";
import type { AccountPut, LimitsPut } from "./events.ts";
import type { LimitOrigin } from "./limit-records.ts";
import type { RiskModel } from "./return-records.ts";

export type AccountPutFact = {
  readonly account: string;
  readonly currency: string;
  readonly equity: string;
  readonly parent: string | null;
  /** Absent in facts of a version that knew none. */
  readonly defaultStrategy?: string | null;
  /** By currency, the symbol whose price leads to the account's. Absent in facts that did not tell it yet. */
  readonly fx?: Readonly<Record<string, string>> | null;
  /** Whose trading days are its own: null for those of UTC. Absent in facts that did not tell it yet. */
  readonly calendar?: string | null;
  readonly riskModel?: RiskModel;
  /** Absent in facts from before there was a choice. */
  readonly fourEyes?: boolean;
  /** Absent where it is the usual one. */
  readonly priority?: number;
  readonly by: string;
  readonly at: number;
};

export type LimitsPutFact = {
  readonly version: number;
  /** The public limits, as they are in force. */
  readonly limits: readonly { readonly id: string; readonly kind: string }[];
  readonly by: string;
  /** From when on they were. */
  readonly at: number;
  /** Absent in facts from before it was told. */
  readonly origin?: LimitOrigin;
  /** Those of nodes above, which hold beside them. Absent where there are none. */
  readonly inherited?: readonly ParentLimit[];
};

export const accountPut = ({ account, by, at }: AccountPut): AccountPutFact => ({
  account: account.account,
  currency: account.currency,
  equity: moneyText(account.equity),
  parent: account.parent ?? null,
  defaultStrategy: account.defaultStrategy ?? null,
  fx: account.fx ?? null,
  calendar: account.calendar ?? null,
  ...(account.riskModel === undefined ? {} : { riskModel: account.riskModel }),
  fourEyes: account.fourEyes === true,
  ...(account.priority === undefined ? {} : { priority: account.priority }),
  by,
  at,
});

/** The limits are text already. */
export function limitsPut({ set, by, at }: LimitsPut): string {
  const origin = set.origin === undefined ? "" : `,"origin":${JSON.stringify(set.origin)}`;
  const inherited = set.inherited === undefined ? "" : `,"inherited":${JSON.stringify(set.inherited)}`;
  return `{"version":${set.version},"limits":${set.text},"by":${JSON.stringify(by)},"at":${set.since ?? at}${origin}${inherited}}`;
}
