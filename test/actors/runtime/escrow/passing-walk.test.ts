/** Symbols move between the parts of a split account, over a network that loses, doubles and delays, with crashes at every step. */
import { expect, test } from "vitest";
import type { QuotaAsk } from "../../../../actors/runtime/escrow/messages.ts";
import { Draw } from "./draw.ts";
import { must } from "./laws.ts";
import { LIMIT, Node, Part } from "./parts.ts";

type Flight = { readonly ask: QuotaAsk; readonly due: number };

class Walk {
  readonly node = new Node();
  readonly parts = [0, 1, 2].map((part) => new Part(`part:${part}`));
  readonly flights: Flight[] = [];
  readonly draw: Draw;
  at = 1_000;
  moves = 0;
  accepted = 0;
  limit = LIMIT;
  most = LIMIT;

  constructor(seed: number) {
    this.draw = new Draw(seed);
  }

  get used(): bigint {
    return this.parts.reduce((sum, part) => sum + part.used, 0n);
  }

  /** The first part joins with more than there is of the limit: it is covered as far as that goes. */
  joinsWith(used: bigint): void {
    this.most = used;
    this.parts[0]!.used = used;
    for (const part of this.parts) {
      const ask = part.asks(this.at);
      part.hears(this.node.answers(ask, this.at), ask.n);
    }
  }

  /** All parts have heard of it: each holds no more than it uses. */
  lower(limit: bigint): void {
    this.limit = limit;
    this.node.limits(limit);
    for (const part of this.parts) part.lowers();
    this.flights.splice(0);
  }

  pick(): Part {
    const part = this.draw.from(this.parts);
    if (part === undefined) throw new Error("no parts");
    return part;
  }

  step(): void {
    const part = this.pick();
    this.at += 1;
    const roll = this.draw.below(100);
    if (roll < 30) this.#order(part);
    else if (roll < 40) this.#closes(part);
    else if (roll < 70) this.#asks(part);
    else if (roll < 75) part.crashes();
    else if (roll < 80) part.isBlind = !part.isBlind && part.used > 0n;
    else if (roll < 85) this.#move();
    this.#arrive();
    this.hold();
  }

  #order(part: Part): void {
    const amount = BigInt(1 + this.draw.below(400));
    if (!part.mayGrow(this.at) || part.used + amount > part.held) part.wanted = amount;
    else {
      must(this.used + amount <= this.limit, () => `E3: grows to ${this.used + amount} of ${this.limit}`);
      part.used += amount;
      part.seq += 1;
      part.wanted = 0n;
      this.accepted += 1;
    }
  }

  #closes(part: Part): void {
    part.used -= part.used === 0n ? 0n : BigInt(this.draw.below(Number(part.used)));
    part.seq += 1;
  }

  #asks(part: Part): void {
    const ask = part.asks(this.at);
    const copies = this.draw.below(10);
    for (let each = 0; each < (copies === 0 ? 0 : copies === 1 ? 2 : 1); each++)
      this.flights.push({ ask, due: this.at + this.draw.below(this.draw.chance(0.2) ? 40 : 3) });
  }

  #arrive(): void {
    for (const flight of this.flights.filter(({ due }) => due <= this.at)) {
      this.flights.splice(this.flights.indexOf(flight), 1);
      const reply = this.node.answers(flight.ask, this.at);
      const part = this.parts.find((_, index) => flight.ask.child === `part:${index}`);
      if (!this.draw.chance(0.1)) part?.hears(reply, flight.ask.n);
      this.hold();
    }
  }

  /** As the coordinator does it: it goes on when the giver has passed it on, and the taker was heard after that. */
  #move(): void {
    const [from, to] = [this.pick(), this.pick()];
    if (from === to || from.used === 0n || from.isBlind) return;
    const amount = BigInt(1 + this.draw.below(Number(from.used)));
    this.moves += 1;
    to.used += amount;
    to.seq += 1;
    to.isBlind = this.draw.chance(0.3);
    from.leaves(this.moves, `part:${this.parts.indexOf(to)}`, amount);
    const until = this.at + 2_000;
    const isHeard = (part: Part) => {
      const n = part.holding.n;
      while (this.at < until && (part.holding.n === n || part.holding.inFlight !== undefined)) {
        if (part.holding.inFlight === undefined || this.draw.chance(0.1)) this.#asks(part);
        this.at += 1;
        this.#meanwhile();
        this.#arrive();
      }
    };
    while (from.holding.passing !== undefined && this.at < until) isHeard(from);
    isHeard(to);
  }

  #meanwhile(): void {
    if (this.draw.chance(0.2)) this.#order(this.pick());
    if (this.draw.chance(0.2)) this.#asks(this.pick());
    if (this.draw.chance(0.02)) this.pick().crashes();
    this.hold();
  }

  hold(): void {
    const granted = this.parts.reduce((sum, _, part) => sum + this.node.granted(`part:${part}`), 0n);
    must(granted <= LIMIT, () => `E1: ${granted} is granted`);
    for (const [index, part] of this.parts.entries()) {
      must(part.held <= this.node.granted(`part:${index}`), () => `E2: part ${index} holds ${part.held}`);
      must(!part.holding.isFenced, () => `part ${index} is fenced for nothing`);
    }
    const { used } = this;
    must(used <= this.most, () => `E3: ${used} is used`);
  }
}

test.each(Array.from({ length: 60 }, (_, seed) => seed + 1))(
  "parts together never use more than the limit, while symbols move and messages are lost, doubled and late: seed %i",
  (seed) => {
    const walk = new Walk(seed);
    for (let step = 0; step < 1_500; step++) walk.step();
    expect(walk.moves).toBeGreaterThan(10);
    expect(walk.accepted).toBeGreaterThan(20);
  },
);

test.each(Array.from({ length: 60 }, (_, seed) => seed + 1))(
  "after the limit was lowered below what is used none grows before there is room again, wherever the symbols move: seed %i",
  (seed) => {
    const walk = new Walk(seed);
    while (walk.used < (LIMIT * 3n) / 4n) walk.step();
    walk.lower(LIMIT / 2n);
    const before = walk.accepted;
    for (let step = 0; step < 1_500; step++) walk.step();
    expect(walk.moves).toBeGreaterThan(10);
    expect(walk.accepted - before).toBeGreaterThan(10);
  },
);

test.each(Array.from({ length: 60 }, (_, seed) => seed + 1))(
  "where a part has joined with more than the limit none grows before there is room again, wherever the symbols move: seed %i",
  (seed) => {
    const walk = new Walk(seed);
    walk.joinsWith((LIMIT * 3n) / 2n);
    for (let step = 0; step < 1_500; step++) walk.step();
    expect(walk.moves).toBeGreaterThan(3);
    expect(walk.accepted).toBeGreaterThan(3);
  },
);
