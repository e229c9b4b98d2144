/** An account whose limits are asked of by name. */
import type { LimitWork } from "../../../actors/risk-shard/messages.ts";
import type { ActorReply } from "../../../actors/runtime/reply.ts";
import { limitsChanged, limitVersion, pendingLimits } from "../../../src/contracts/limit-plan.ts";
import { limitsReply } from "../../../src/contracts/limits.ts";
import { AAPL, type Json, json, RiskBench } from "./bench.ts";

const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const CLIP = { id: "clip", kind: "max-order-qty", threshold: "10", action: "reject" };

export class LimitBench extends RiskBench {
  async put(limits: readonly Json[], more: Json = {}, by = "s"): Promise<ActorReply<string>> {
    const whole = limits.map((limit, index) => ({ id: `l${index}`, action: "reject", ...limit }));
    return this.desk.limits.put(this.as(by), JSON.stringify({ limits: whole, ...more }), undefined);
  }

  as(by: string) {
    return this.envelope({ principal: { tenant: "t", subject: by } });
  }

  work(work: LimitWork, by = "s"): Promise<ActorReply<string>> {
    return this.desk.limits.work(this.as(by), work);
  }

  say(type: "approve" | "reject" | "cancel", id: string, by: string): Promise<ActorReply<string>> {
    return this.work({ type, id, body: JSON.stringify({ by, reason: `${type} it` }) }, by);
  }

  override(terms: Json, by = "s"): Promise<ActorReply<string>> {
    const body = { limitId: "clip", until: this.now + HOUR, reason: "one large client", by, ...terms };
    return this.work({ type: "override", body: JSON.stringify(body) }, by);
  }

  async pending() {
    const { items } = json(await this.work({ type: "pending" }));
    return (items as Json[]).map((item) => pendingLimits.parse(item));
  }

  async inForce() {
    return limitsReply.parse(json(await this.desk.limits.find(this.envelope(), undefined)));
  }

  async asOf(at: number) {
    const reply = await this.work({ type: "as-of", at });
    return reply.ok ? limitsReply.parse(JSON.parse(reply.value)).version : reply.code;
  }

  async versions() {
    const { items } = json(await this.work({ type: "versions", limit: 100 }));
    return (items as Json[]).map((item) => limitVersion.parse(item));
  }

  /** The largest order that is accepted whole. */
  async largest(symbol = AAPL): Promise<number> {
    for (let qty = 0; qty < 100; qty++) {
      const { decision } = await this.check({ symbol, qty: String(qty + 1) });
      if (decision !== "accept") return qty;
    }
    return 100;
  }
}

export async function ready(account: Json = {}, limits: readonly Json[] = [CLIP]): Promise<LimitBench> {
  const bench = new LimitBench();
  await bench.ready(limits);
  if (Object.keys(account).length > 0) await bench.account(account);
  return bench;
}

/** Under which what was asked for waits, or stands. */
export const idOf = (reply: ActorReply<string>): string => limitsChanged.parse(json(reply)).pending?.id ?? "";
