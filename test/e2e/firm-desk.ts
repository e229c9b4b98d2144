/** What somebody does with firms, desks and the accounts below them, over HTTP alone. */

import type { ApiReply } from "../../scripts/client.ts";
import { eventually } from "../../scripts/faults/audit.ts";
import type { Stack } from "../../scripts/faults/stack.ts";
import type { World } from "./world.ts";

export type Check = {
  readonly code: string;
  readonly verdict: string;
  readonly limit: string | null;
  readonly reason?: string;
};
export type Decision = {
  readonly clientOrderId: string;
  readonly decision: string;
  readonly allowedQty: string;
  readonly code?: string;
  readonly checks: readonly Check[];
};
export type QuotaChild = {
  readonly child: string;
  readonly granted: string;
  readonly used: string;
  readonly isSilent: boolean;
  readonly isFenced: boolean;
};
export type QuotaLimit = {
  readonly id: string;
  readonly budget: string;
  readonly limit: string;
  readonly reserve: string;
  readonly granted: string;
  readonly used: string;
  readonly free: string;
  readonly isOver: boolean;
  readonly children: readonly QuotaChild[];
};
export type Quota = {
  readonly node: string;
  readonly boundMs: number;
  readonly limits: readonly QuotaLimit[];
};
export type StateReply = {
  readonly state: string;
  readonly children: number;
  readonly reached: number;
  readonly boundMs: number;
};

/** Each waits for half a second. */
const ATTEMPTS_MAX = 20;

export const ACME = "XTEST:ACME";

export const limitOf = (kind: string, threshold: string, fields: object = {}): object => ({
  ...{ id: "all", kind, threshold, ...fields },
});
export const gross = (threshold: string, fields: object = {}): object =>
  limitOf("max-gross-exposure", threshold, fields);

/** What came of an order, in short. */
export const summary = ({ decision, code, allowedQty }: Decision): unknown[] => [
  ...[decision, code ?? null, allowedQty],
];
export const ACCEPTED = (qty: string): unknown[] => ["accept", null, qty];
export const REJECTED = (code: string): unknown[] => ["reject", code, "0"];

export class FirmDesk {
  readonly #world: () => World;
  readonly #stack: () => Stack;
  #sent = 0;

  constructor(world: () => World, stack: () => Stack) {
    this.#world = world;
    this.#stack = stack;
  }

  firm(firm: string, limits: readonly object[], fields: object = {}): Promise<unknown> {
    return this.#node(`/v1/firms/${firm}`, limits, fields);
  }

  desk(desk: string, parent: string, limits: readonly object[], fields: object = {}): Promise<unknown> {
    return this.#node(`/v1/desks/${desk}`, limits, { parent, ...fields });
  }

  async #node(path: string, limits: readonly object[], fields: object): Promise<void> {
    await this.#world().put(path, { currency: "USD", ...fields });
    if (limits.length > 0) await this.#world().put(`${path}/limits`, { limits });
  }

  /** With limits of its own that never stand in the way. */
  async account(account: string, parent: string, fields: object = {}): Promise<void> {
    await this.#world().put(`/v1/accounts/${account}`, {
      currency: "USD",
      equity: "1000000",
      parent,
      ...fields,
    });
    await this.#world().put(`/v1/accounts/${account}/limits`, { limits: WIDE });
  }

  /** Where the firm did not answer in time, which happens on a machine that is short of it, another one is sent. */
  async order(account: string, fields: object = {}): Promise<Decision> {
    for (let attempt = 1; ; attempt++) {
      const decision = await this.orderOnce(account, fields);
      if (decision.code !== "parent-away" || attempt === ATTEMPTS_MAX) return decision;
    }
  }

  /** Where what is left is with others it comes back within some milliseconds, or more where the machine is short of time. */
  fits(account: string, fields: object = {}): Promise<Decision> {
    return eventually(
      () => this.order(account, fields),
      ({ decision }) => decision === "accept",
    );
  }

  async orderOnce(account: string, fields: object = {}): Promise<Decision> {
    return (await this.orders(account, [fields]))[0] as Decision; // SAFETY: as many decisions as orders.
  }

  newOrder(fields: object): object {
    return {
      clientOrderId: `f-${++this.#sent}`,
      ...{ symbol: ACME, side: "buy", type: "limit", qty: "1", price: "100", ...fields },
    };
  }

  async orders(account: string, all: readonly object[]): Promise<readonly Decision[]> {
    const orders = all.map((fields) => this.newOrder(fields));
    const path = `/v1/accounts/${account}/orders?checks=all`;
    return (await this.#world().post<{ decisions: Decision[] }>(path, { orders })).decisions;
  }

  /** Of a working order. */
  fill(account: string, clientOrderId: string, qty: string, price = "100"): Promise<unknown> {
    return this.#execution(account, { type: "fill", clientOrderId, qty, price });
  }

  /** Of no known order. */
  trade(account: string, side: "buy" | "sell", qty: string, price = "100"): Promise<unknown> {
    return this.#execution(account, {
      ...{ type: "fill", symbol: ACME, side, qty, price },
      clientOrderId: "voice",
    });
  }

  cancel(account: string, clientOrderId: string): Promise<unknown> {
    return this.#execution(account, { type: "cancel", clientOrderId });
  }

  async #execution(account: string, fields: object): Promise<unknown> {
    const execution = { execId: `x-${++this.#sent}`, ts: Date.now(), ...fields };
    return this.#world().post(`/v1/accounts/${account}/executions`, { executions: [execution] });
  }

  /** Who acts is the key's id: `ok_<id>_<secret>`. */
  get caller(): string {
    return this.#stack().dev.apiKey.split("_")[1] ?? "";
  }

  /** Of the object that holds the firm, desk or account of that id. */
  async nameOf(id: string): Promise<string> {
    // Objects say every few seconds that they are there.
    const found = await eventually(
      async () => {
        const { items } = await this.#world().get<{ items: readonly { name: string }[] }>(
          "/v1/actors?limit=1000",
        );
        return items.find(({ name }) => name.endsWith(`/${id}`));
      },
      (one) => one !== undefined,
    );
    if (found === undefined) throw new Error(`no object is called ${id}`);
    return found.name;
  }

  quota(node: string): Promise<Quota> {
    const [kind, id] = node.split(":");
    return this.#world().get<Quota>(`/v1/${kind}s/${id}/quota`);
  }

  /** Of the first limit, or of the one named. */
  async budget(node: string, budget?: string): Promise<QuotaLimit> {
    const { limits } = await this.quota(node);
    const found = budget === undefined ? limits[0] : limits.find((limit) => limit.budget === budget);
    if (found === undefined)
      throw new Error(`${node} has no ${budget ?? "limit"}: ${JSON.stringify(limits)}`);
    return found;
  }

  /** By child, once so much is told to be used in all: each says so with its next ask, every few seconds. */
  async told(node: string, used: string): Promise<string[]> {
    const { children } = await eventually(
      () => this.budget(node),
      (budget) => budget.used === used,
    );
    return children.map((one) => `${one.child} uses ${one.used}`);
  }

  state(firm: string, state: string): Promise<StateReply> {
    return this.#world().post<StateReply>(`/v1/firms/${firm}/state`, {
      ...{ state, reason: "a test", by: this.caller },
    });
  }

  /** One attempt, whatever it answers. */
  async refusal(method: string, path: string, json: unknown): Promise<[number, string | undefined]> {
    const reply: ApiReply<{ code?: string }> = await this.#stack().api.once(method, path, { body: { json } });
    return [reply.status, reply.body.code];
  }
}

const WIDE = [
  { id: "own-gross", kind: "max-gross-exposure", threshold: "100000000", action: "reject" },
  { id: "own-rate", kind: "max-order-rate", threshold: "1000000", windowMs: 1_000, action: "reject" },
];
