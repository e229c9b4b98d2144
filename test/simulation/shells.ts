/** The real shells that a world runs. Loaded after the hooks. */
import { Archiver } from "../../actors/archiver/archiver.ts";
import { Firm } from "../../actors/firm/firm.ts";
import { PriceHub } from "../../actors/price-hub/price-hub.ts";
import { RiskShard } from "../../actors/risk-shard/risk-shard.ts";
import { Strategy } from "../../actors/strategy/strategy.ts";
import { TenantDirectory } from "../../actors/tenant-directory/tenant-directory.ts";
import type { ShellClass } from "./world/copy.ts";

export const SHELLS = {
  "risk-shard": RiskShard,
  strategy: Strategy,
  "price-hub": PriceHub,
  firm: Firm,
  archiver: Archiver,
  "tenant-directory": TenantDirectory,
} as unknown as Readonly<Record<string, ShellClass>>;
