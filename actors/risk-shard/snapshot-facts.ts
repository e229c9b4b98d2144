/** What a snapshot of the account says, as JSON. As in `facts.ts`, a field is added and never changed; decimals are text. */

/** Money in one currency, as it stood. */
export type MoneyFact = {
  readonly cash: string;
  readonly realised: string;
  readonly unrealised: string;
  readonly fees: string;
  readonly funding: string;
};

/** In the account's currency: `total` = realised + unrealised − fees. */
export type BroughtFact = Pick<MoneyFact, "realised" | "unrealised" | "fees"> & { readonly total: string };

export type SnapshotCurrency = MoneyFact & {
  readonly currency: string;
  readonly total: string;
  /** What one of it is worth in the account's; null where that is not known. */
  readonly fxRate: string | null;
};

/** The account as a whole: `equity` = startingEquity + cash + realised + unrealised − fees + funding. */
export type SnapshotHead = MoneyFact & {
  readonly currency: string;
  readonly equity: string;
  readonly startingEquity: string;
  readonly total: string;
  /** `total` less that of the close before and that of `broughtIn`; null where there was none, or it lacked a price or a rate. */
  readonly dayPnl: string | null;
  /** What lines that were imported since the close before had made by then; absent where that is nothing. */
  readonly broughtIn?: BroughtFact;
  readonly currencies: readonly SnapshotCurrency[];
  /** How many positions all parts have. */
  readonly positions: number;
  readonly unpriced: readonly string[];
};

/** Money in the instrument's currency; `cost` is signed. */
export type SnapshotPosition = {
  readonly symbol: string;
  readonly strategy: string | null;
  readonly currency: string;
  readonly qty: string;
  readonly cost: string;
  readonly avgPrice: string | null;
  readonly marketPrice: string | null;
  readonly unrealised: string;
  readonly realised: string;
  readonly fees: string;
  readonly funding: string;
};

/** One part of it; parts follow each other without a fact between them. */
export type AccountSnapshotFact = {
  /** `close`: by itself, at the end of `day`. */
  readonly kind: "close" | "manual";
  readonly day: { readonly date: string; readonly start: number; readonly end: number };
  /** From 1. */
  readonly part: number;
  readonly parts: number;
  readonly reason: string | null;
  readonly by: string | null;
  /** Of the first part alone. */
  readonly head: SnapshotHead | null;
  /** Exact rates to the account's currency, `times / over`, of the first part alone. */
  readonly rates: Readonly<Record<string, readonly [times: string, over: string]>> | null;
  readonly positions: readonly SnapshotPosition[];
  readonly at: number;
};
