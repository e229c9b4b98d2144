/** Why a report is refused, as the contract has it. */
export type ExecutionCode =
  | "exec-id-reused"
  | "ts-future"
  | "order-unknown"
  | "order-final"
  | "order-mismatch"
  | "not-replacing"
  | "instrument-unknown"
  | "fx-missing"
  | "scale-exceeded"
  | "number-range"
  | "account-unknown"
  | "fee-currency-unsupported"
  | "ref-unknown"
  | "ref-not-a-fill"
  | "ref-too-old"
  | "already-busted"
  | "overloaded";
