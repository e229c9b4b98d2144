/** What the tests inside workerd run against: the product's worker plus the probes. */
export {
  AccountSplit,
  Archiver,
  default,
  Firm,
  Gateway,
  GatewayDirectory,
  InstrumentDirectory,
  Keyring,
  LabelBook,
  MetricsShard,
  PriceHub,
  RiskShard,
  Strategy,
  SymbolActor,
  TenantDirectory,
} from "../../src/worker.ts";
export { BareActor } from "./bare-actor.ts";
export { IttyCounter } from "./itty-counter.ts";
export { ProbeActor } from "./probe-actor.ts";
