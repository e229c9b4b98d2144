/** The directory of gateways over a disk in memory. */
import type { AssignWish, GatewayLoad } from "../../../actors/gateway-directory/messages.ts";
import { GatewayStore, MIGRATIONS } from "../../../actors/gateway-directory/store.ts";
import { GatewayTurns } from "../../../actors/gateway-directory/turns.ts";
import type { GatewayItem } from "../../../src/contracts/gateways.ts";
import { TurnBench } from "../../support/turn-bench.ts";

export class DirectoryBench extends TurnBench<GatewayStore, GatewayTurns> {
  constructor() {
    super(MIGRATIONS, (sql, surroundings) => {
      const store = new GatewayStore(sql);
      return { store, turns: new GatewayTurns(store, surroundings) };
    });
  }

  /** The gateway, or the code of the refusal. */
  assign(wish: AssignWish = {}): string {
    const reply = this.run(this.turns.assign(wish));
    return reply.ok ? reply.value : reply.code;
  }

  add(): string {
    const reply = this.run(this.turns.add());
    return reply.ok ? (JSON.parse(reply.value) as GatewayItem).gateway : reply.code;
  }

  drain(gateway: string, keep = false): string {
    const reply = this.run(this.turns.drain(gateway, keep));
    return reply.ok ? (JSON.parse(reply.value) as GatewayItem).state : reply.code;
  }

  report(gateway: string, connections: number, rest: Partial<GatewayLoad> = {}) {
    return this.run(this.turns.report({ gateway, connections, topics: 0, at: this.clock.now(), ...rest }));
  }

  listed(): GatewayItem[] {
    return this.turns.list({ limit: 100 }).items.map((item) => JSON.parse(item) as GatewayItem);
  }

  get names(): string[] {
    return this.listed().map(({ gateway }) => gateway);
  }
}
