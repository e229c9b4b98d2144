/** The real shells that a world runs. Loaded after the hooks. */
import { AccountSplit } from "../../actors/account-split/account-split.ts";
import { MIGRATIONS as SPLIT_STEPS } from "../../actors/account-split/store.ts";
import { Archiver } from "../../actors/archiver/archiver.ts";
import { Firm } from "../../actors/firm/firm.ts";
import { MIGRATIONS as FIRM_STEPS } from "../../actors/firm/store.ts";
import { PriceHub } from "../../actors/price-hub/price-hub.ts";
import { HUB_MIGRATIONS as HUB_STEPS } from "../../actors/price-hub/store.ts";
import { RiskShard } from "../../actors/risk-shard/risk-shard.ts";
import { MIGRATIONS as ACCOUNT_STEPS } from "../../actors/risk-shard/store.ts";
import { MIGRATIONS as STRATEGY_STEPS } from "../../actors/strategy/store.ts";
import { Strategy } from "../../actors/strategy/strategy.ts";
import { TenantDirectory } from "../../actors/tenant-directory/tenant-directory.ts";
import type { ShellClass } from "./world/copy.ts";
import { templateOf } from "./world/template.ts";

export const SHELLS = {
  "risk-shard": RiskShard,
  strategy: Strategy,
  "price-hub": PriceHub,
  firm: Firm,
  "account-split": AccountSplit,
  archiver: Archiver,
  "tenant-directory": TenantDirectory,
} as unknown as Readonly<Record<string, ShellClass>>;

/** What their disks begin with. */
export const TEMPLATES: Readonly<Record<string, string>> = {
  "risk-shard": templateOf(ACCOUNT_STEPS),
  strategy: templateOf(STRATEGY_STEPS),
  "price-hub": templateOf(HUB_STEPS),
  firm: templateOf(FIRM_STEPS),
  "account-split": templateOf(SPLIT_STEPS),
};
