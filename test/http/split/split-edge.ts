/** An edge over parts that know which symbols are theirs, as the contract of `parts-messages.ts` has it. */
import type { Envelope } from "../../../actors/runtime/envelope.ts";
import { answer, overloaded, type Refusal, refusal } from "../../../actors/runtime/reply.ts";
import { isSplit, type PartsMap, partCount, partOf } from "../../../src/domain/parts-map.ts";
import { type FakeEdge, fakeEdge } from "../../support/fake-edge.ts";

type Order = { clientOrderId: string; symbol: string };
type Report = { execId: string; clientOrderId: string; symbol?: string };

export class SplitEdge {
  /** By part: the map that it goes by. */
  readonly maps: PartsMap[];
  /** By order: the part that has it. */
  readonly orders = new Map<string, { part: number; symbol: string }>();
  readonly booked = new Map<string, number>();
  fenced: string | undefined;
  /** Of the coordinator, where it has not noted yet what its parts know. */
  noted: PartsMap | undefined;
  edge!: FakeEdge;

  constructor(map: PartsMap) {
    this.maps = Array.from({ length: 8 }, () => map);
  }

  static async of(map: PartsMap): Promise<SplitEdge> {
    const world = new SplitEdge(map);
    world.edge = await fakeEdge({
      answers: {
        "riskShard.orders": (envelope: Envelope, body: string) => world.#decide(envelope, body),
        "riskShard.executions": (_envelope: Envelope, body: string) => world.#book(body),
        "riskShard.parts": (_envelope: Envelope, work: { clientOrderIds: string[] }) => world.#known(work),
        "riskShard.account": (envelope: Envelope) => world.#read(envelope, (part) => account(part)),
        "riskShard.exposures": (envelope: Envelope) => world.#read(envelope, (part) => exposures(part)),
        "riskShard.positions": (envelope: Envelope, range: { limit: number; after?: string }) =>
          world.#page(envelope, range),
        "accountSplit.map": () => answer(world.noted ?? world.newest),
        "riskShard.balances": () => world.#split(0),
      },
    });
    return world;
  }

  get newest(): PartsMap {
    return this.maps.reduce((one, other) => (other.version > one.version ? other : one));
  }

  get asked(): string[] {
    return this.edge.calls
      .filter(({ actor }) => actor.startsWith("riskShard"))
      .map(({ actor, method }) => `${actor.slice("riskShard/acme/".length)} ${method}`);
  }

  async post(path: string, json: unknown) {
    const response = await this.edge.fetch("POST", `/v1/accounts/main/${path}`, { json });
    return { status: response.status, body: (await response.json()) as never, headers: response.headers };
  }

  async get(path: string) {
    const response = await this.edge.fetch("GET", `/v1/accounts/main${path}`);
    return { status: response.status, body: (await response.json()) as never };
  }

  /** The part whose turn it is: the fake notes each call before it answers. */
  get #part(): number {
    const actor = this.edge.calls.at(-1)?.actor ?? "";
    const [, , , part = "0"] = actor.split("/");
    return Number(part);
  }

  #split(part: number): Refusal {
    const parts = this.maps[part];
    return { ...refusal("account-split"), ...(parts === undefined ? {} : { parts }) };
  }

  #own(part: number, symbols: readonly string[]): Refusal | undefined {
    const map = this.maps[part];
    if (map === undefined || symbols.some((symbol) => partOf(map, symbol) !== part)) return this.#split(part);
    return symbols.some((symbol) => symbol === this.fenced) ? overloaded(500, "on its way") : undefined;
  }

  #decide({ parts }: Envelope, body: string) {
    const part = this.#part;
    const read = JSON.parse(body) as Order | { orders: Order[] };
    const orders = "orders" in read ? read.orders : [read];
    const refused = this.#own(
      part,
      orders.map(({ symbol }) => symbol),
    );
    if (refused !== undefined) return refused;
    for (const { clientOrderId, symbol } of orders) this.orders.set(clientOrderId, { part, symbol });
    return answer(
      JSON.stringify({ decisions: orders.map(({ clientOrderId }) => ({ clientOrderId, part, parts })) }),
    );
  }

  #book(body: string) {
    const part = this.#part;
    const { executions } = JSON.parse(body) as { executions: Report[] };
    const refused = this.#own(
      part,
      executions.flatMap(({ symbol }) => symbol ?? []),
    );
    if (refused !== undefined) return refused;
    const isElsewhere = ({ clientOrderId, symbol }: Report) =>
      symbol === undefined && this.orders.get(clientOrderId)?.part !== part;
    if (executions.some(isElsewhere)) return this.#split(part);
    const results = executions.map(({ execId, clientOrderId, symbol }) => {
      const isKnown = symbol !== undefined || this.orders.get(clientOrderId)?.part === part;
      if (isKnown) this.booked.set(execId, (this.booked.get(execId) ?? 0) + 1);
      return isKnown ? { execId, status: "applied" } : { execId, status: "refused", code: "order-unknown" };
    });
    return answer(JSON.stringify({ results, seq: 10 + part }));
  }

  #known({ clientOrderIds }: { clientOrderIds: string[] }) {
    const part = this.#part;
    const those = clientOrderIds.filter((id) => this.orders.get(id)?.part === part);
    return answer(JSON.stringify({ clientOrderIds: those, map: this.maps[part] }));
  }

  #read({ parts }: Envelope, shown: (part: number) => object) {
    const part = this.#part;
    const map = this.maps[part];
    if (map === undefined || (isSplit(map) && (parts ?? -1) < map.version)) return this.#split(part);
    return answer(JSON.stringify(shown(part)));
  }

  #page({ parts }: Envelope, { limit, after = "" }: { limit: number; after?: string }) {
    const part = this.#part;
    const map = this.maps[part];
    if (map === undefined || (isSplit(map) && (parts ?? -1) < map.version)) return this.#split(part);
    const all = Array.from({ length: partCount(map) > 1 ? 3 : 0 }, (_, n) => `p${part}-${n}`);
    const left = all.filter((item) => item > after);
    const items = left.slice(0, limit);
    const next = left.length > limit ? { next: items.at(-1) ?? "" } : {};
    return answer({ items: items.map((item) => JSON.stringify(item)), total: all.length, ...next });
  }
}

const money = { gross: "10.5", net: "10.5", long: "10.5", short: "0" };
const account = (part: number) => ({
  account: "main",
  currency: "USD",
  equity: part === 0 ? "1000.25" : "-0.75",
  ...money,
  net: part === 2 ? "-30" : "10.5",
  state: "active",
  states: { total: 0, items: [] },
  tripped: { total: part, items: [] },
  limitsVersion: 4,
  utilisation: [
    {
      id: "gross",
      kind: "max-gross-exposure",
      scope: { kind: "account" },
      limit: "42",
      observed: "10.5",
      utilisation: "0.25",
    },
    {
      id: "each",
      kind: "max-position-qty",
      scope: { kind: "symbol", id: `T:${part}` },
      limit: "4",
      observed: String(part),
      utilisation: String(part / 4),
    },
  ],
  seq: 7 + part,
});
const exposures = (part: number) => ({
  currency: "USD",
  ...money,
  unpriced: part === 1 ? ["T:X"] : [],
  symbols: [{ symbol: `T:${part}`, ...money, qty: "1", buys: "0", sells: "0" }],
  strategies: [{ strategy: "carry", ...money }],
  seq: part,
});
