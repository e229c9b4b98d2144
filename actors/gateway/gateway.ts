/** Many topics of many actors for many clients, each on one socket. */
import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../src/env.ts";
import { type Refusal, refusal } from "../runtime/reply.ts";
import { refusedUpgrade } from "../runtime/sockets.ts";
import { gatewayNameOf } from "./address.ts";
import type { GatewayApi } from "./messages.ts";

const notYet = (id: DurableObjectId): Refusal =>
  refusal("dependency-unavailable", `${gatewayNameOf(id.name)} takes no connections yet`);

export class Gateway extends DurableObject<Env> implements GatewayApi {
  override async fetch(): Promise<Response> {
    return refusedUpgrade(notYet(this.ctx.id));
  }
  async told() {
    return notYet(this.ctx.id);
  }
  async drain() {
    return notYet(this.ctx.id);
  }
  async inspect() {
    return notYet(this.ctx.id);
  }
}
