/** Somebody outside who wants an answer: asks again under the same id until there is one, now and then while the first is still under way. */
import type { Copy } from "../world/copy.ts";
import type { World } from "../world/world.ts";

type Reply = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly code: string };
export type Told = { readonly reply: Reply; readonly copy: Copy };

/** Refusals that say nothing of the request itself. */
const PASSING = new Set([
  "overloaded",
  "deadline-passed",
  "actor-fenced",
  "dependency-unavailable",
  "history-unavailable",
  "parent-away",
]);
const RETRY_MS = 400;
const PATIENCE_MS = 6_000;
const DEADLINE_MS = 10_000;

export class Outside {
  readonly #world: World;
  /** Requests that have no answer yet. */
  readonly waiting = new Set<string>();
  #ids = 0;

  constructor(world: World) {
    this.#world = world;
  }

  nextId(prefix: string): string {
    this.#ids += 1;
    return `${prefix}${this.#ids}`;
  }

  envelope(key?: string): object {
    const { schedule } = this.#world;
    return {
      ...{ v: 1, requestId: this.nextId("r"), deadline: schedule.now + DEADLINE_MS },
      traceparent: "00-11111111111111111111111111111111-2222222222222222-01",
      principal: { tenant: "t", subject: "s" },
      ...(key === undefined ? {} : { idempotencyKey: key }),
    };
  }

  /** Every answer is heard, also those of repeats that come when there was one already. */
  async ask(
    what: {
      kind: string;
      name: string;
      method: string;
      given: readonly unknown[];
      key?: string;
      label: string;
    },
    heard: (told: Told) => void = () => {},
  ): Promise<Told> {
    this.waiting.add(what.label);
    const world = this.#world;
    const once = async (): Promise<Told | undefined> => {
      try {
        const envelope = this.envelope(what.key);
        const { value, copy } = await world.call(what.kind, what.name, what.method, envelope, ...what.given);
        const told = { reply: value as Reply, copy };
        heard(told);
        return told;
      } catch {
        return undefined;
      }
    };
    for (;;) {
      if (world.faults.strikes("retry-in-flight")) void once();
      const told = await Promise.race([once(), world.pause(PATIENCE_MS)]);
      if (told !== undefined && (told.reply.ok || !PASSING.has(told.reply.code))) {
        this.waiting.delete(what.label);
        return told;
      }
      await world.pause(world.random.between(1, RETRY_MS));
    }
  }
}
