/** Executions of a split account: most name no symbol, so their orders are looked for in every part. */
import type { KnownIds } from "../../../actors/risk-shard/parts-messages.ts";
import { type ActorReply, answer, refusal } from "../../../actors/runtime/reply.ts";
import { type PartsMap, partOf } from "../../domain/parts-map.ts";
import { onAccount, onAccountSplit } from "../actors.ts";
import type { Call } from "../context.ts";
import { knownMap, learnMap, onAllParts, pause } from "./asked-parts.ts";
import { CHANGING, spread } from "./spread.ts";

type Report = { readonly execId: string; readonly clientOrderId: string; readonly symbol?: string };
type Result = { readonly execId: string; readonly status: string; readonly code?: string };
type Reply = { readonly results: readonly Result[]; readonly seq: number };
/** By order, the part that has it. `isOfAll`: no part goes by a newer map than they were asked by, so there is none that was not asked. */
type Places = { readonly parts: ReadonlyMap<string, number>; readonly isOfAll: boolean };

/** An order can be on its way from one part to another while it is looked for; a symbol does not move three times within a call. */
const LOOKS_MAX = 4;
/** Before the second look; longer before each further one. A cut takes some ten milliseconds. */
const LOOK_PAUSE_MS = 40;

export async function placedExecutions(c: Call, account: string, text: string): Promise<ActorReply<string>> {
  if (knownMap(c, account) === undefined) {
    const whole = await onAccount(c, account, (shard, envelope) => shard.executions(envelope, text));
    if (whole.ok || whole.parts === undefined) return whole;
    learnMap(c, account, whole.parts);
  }
  // SAFETY: the body has passed its schema.
  const { executions } = JSON.parse(text) as { executions: readonly Report[] };
  return new Placing(c, account, executions).run();
}

class Placing {
  readonly #c: Call;
  readonly #account: string;
  readonly #executions: readonly Report[];
  readonly #results: (Result | undefined)[];
  #seq = 0;

  constructor(c: Call, account: string, executions: readonly Report[]) {
    this.#c = c;
    this.#account = account;
    this.#executions = executions;
    this.#results = new Array(executions.length).fill(undefined);
  }

  async run(): Promise<ActorReply<string>> {
    for (let look = 1; ; look++) {
      const open = this.#executions.flatMap((_, index) =>
        this.#results[index] === undefined ? [index] : [],
      );
      const places = await this.#placesOf(open);
      if (!places.ok) return places;
      const isKnown = (index: number): boolean => this.#isPlaced(places.value, index);
      const sent = await this.#send(open.filter(isKnown), places.value);
      const missing = open.filter((index) => !isKnown(index));
      if (sent.ok && missing.length === 0) return this.#reply();
      if (!sent.ok && sent.code !== "account-split") return sent;
      if (look === LOOKS_MAX) return sent.ok && places.value.isOfAll ? this.#withUnknown(missing) : CHANGING;
      await this.#lookFurther(look);
    }
  }

  /** There may be parts that nobody has told of here: the coordinator knows them a moment after they have what they get. */
  async #lookFurther(looks: number): Promise<void> {
    await pause(looks * LOOK_PAUSE_MS);
    const map = await onAccountSplit(this.#c, this.#account, (splits, envelope) => splits.map(envelope));
    if (map.ok) learnMap(this.#c, this.#account, map.value);
  }

  #isPlaced({ parts }: Places, index: number): boolean {
    const report = this.#executions[index];
    return report !== undefined && (report.symbol !== undefined || parts.has(report.clientOrderId));
  }

  /** Nobody has had such an order, as often as they were asked. */
  #withUnknown(missing: readonly number[]): ActorReply<string> {
    for (const index of missing)
      this.#results[index] = {
        execId: this.#executions[index]?.execId ?? "",
        status: "refused",
        code: "order-unknown",
      };
    return this.#reply();
  }

  #reply(): ActorReply<string> {
    return answer(JSON.stringify({ results: this.#results, seq: this.#seq }));
  }

  async #send(indexes: readonly number[], places: Places): Promise<ActorReply<string>> {
    if (indexes.length === 0) return answer("");
    const items = indexes.flatMap((index) => this.#executions[index] ?? []);
    const textOf = (executions: readonly Report[]): string => JSON.stringify({ executions });
    const results: (Result | undefined)[] = new Array(items.length).fill(undefined);
    const reply = await spread<Report, Result>(this.#c, this.#account, {
      text: textOf(items),
      items,
      into: results,
      partOf: (map: PartsMap, { clientOrderId, symbol }) =>
        symbol === undefined ? (places.parts.get(clientOrderId) ?? 0) : partOf(map, symbol),
      textOf,
      send: (shard, envelope, body) => shard.executions(envelope, body),
      resultsIn: (body) => {
        // SAFETY: a part's own text, in the public shape.
        const read = JSON.parse(body) as Reply;
        this.#seq = Math.max(this.#seq, read.seq);
        return read.results;
      },
      join: () => "",
    });
    for (const [place, index] of indexes.entries()) this.#results[index] = results[place];
    return reply;
  }

  async #placesOf(open: readonly number[]): Promise<ActorReply<Places>> {
    const nameless = open.flatMap((index) => {
      const report = this.#executions[index];
      return report === undefined || report.symbol !== undefined ? [] : [report.clientOrderId];
    });
    const clientOrderIds = [...new Set(nameless)];
    if (clientOrderIds.length === 0) return answer({ parts: new Map(), isOfAll: true });
    let asked = 0;
    const replies = await onAllParts(this.#c, this.#account, async (shard, envelope) => {
      asked = envelope.parts ?? 0;
      return shard.parts === undefined
        ? refusal("dependency-unavailable")
        : shard.parts(envelope, { type: "knows", clientOrderIds });
    });
    if (!replies.ok) return replies;
    // SAFETY: what a part answers to this.
    const known = replies.value.map((reply) => JSON.parse(reply) as KnownIds);
    const parts = new Map(known.flatMap((ids, part) => ids.clientOrderIds.map((id) => [id, part] as const)));
    return answer({ parts, isOfAll: !known.some(({ map }) => this.#isNewer(map, asked)) });
  }

  /** The coordinator may not have it yet: it notes a move only once the quotas have followed. */
  #isNewer(map: PartsMap | undefined, asked: number): boolean {
    if (map === undefined) return false;
    learnMap(this.#c, this.#account, map);
    return map.version > asked;
  }
}
