/** Random walks: whatever calls are lost and whoever is killed, each gateway has what the actor said, without a hole that it is not told of. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { answer } from "../../../../actors/runtime/reply.ts";
import { UNTOLD_WATCH_MS } from "../../../../actors/runtime/telling.ts";
import { ModelGateway } from "./gateway-model.ts";
import { type Call, LinkBench } from "./link-bench.ts";
import { Lists } from "./lists.ts";

const TOPICS = ["a", "b", "c"];
const GATEWAYS = ["g-1", "g-2"];
/** A few of these are more than waits for a gateway, and some more than a ring holds. */
const LARGE = "x".repeat(200_000);

const topic = fc.constantFrom(...TOPICS);
const gateway = fc.nat(GATEWAYS.length - 1);
/** What becomes of the oldest call: heard and answered, heard and the answer lost, or lost; hung ones arrive late or never. */
const fate = fc.constantFrom("answered", "answered", "answered", "unanswered", "lost", "hung");
const stepOf = (large: fc.Arbitrary<boolean>) =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant("commit" as const),
        puts: fc.array(fc.record({ topic, large }), { minLength: 1, maxLength: 3 }),
      }),
    },
    { weight: 10, arbitrary: fc.record({ do: fc.constant("call" as const), fate }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("subscribe" as const), gateway, topic }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("unsubscribe" as const), gateway, topic }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant("crash" as const), gateway, returning: fc.subarray(TOPICS) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("load" as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("late" as const) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant("pass" as const),
        ms: fc.constantFrom(50, 5_000, 10_000, 61_000),
      }),
    },
  );
type Step = ReturnType<typeof stepOf> extends fc.Arbitrary<infer Each> ? Each : never;

class Walk {
  readonly lists = new Lists(...TOPICS);
  readonly links = new LinkBench(this.lists.host);
  readonly gateways = GATEWAYS.map((name) => new ModelGateway(name, this.links));
  /** Calls that have not arrived. */
  hung: Call[] = [];
  value = 0;

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case "commit":
        this.#commit(step.puts);
        break;
      case "call":
        await this.#call(step.fate);
        break;
      case "subscribe":
        this.#gateway(step.gateway).subscribe(step.topic);
        break;
      case "unsubscribe":
        this.#gateway(step.gateway).unsubscribe(step.topic);
        break;
      case "crash":
        this.#gateway(step.gateway).crash(step.returning);
        break;
      case "load":
        // What has left may arrive all the same.
        this.hung.push(...this.links.calls.splice(0));
        this.links.load();
        break;
      case "late":
        await this.#late();
        break;
      case "pass":
        this.links.pass(step.ms);
        break;
    }
    for (const one of this.gateways) one.check(this.lists.values);
  }

  #gateway(index: number): ModelGateway {
    return this.gateways[index] ?? expect.unreachable();
  }

  #commit(puts: readonly { topic: string; large: boolean }[]): void {
    const { bench } = this.links;
    const turns = puts.map(({ topic, large }) => () => {
      this.value += 1;
      this.lists.put(bench.sockets, topic, this.value, large ? LARGE : "");
    });
    bench.commit(...turns);
  }

  async #call(fate: string): Promise<void> {
    const call = this.links.calls[0];
    if (call === undefined) return;
    if (fate === "hung") {
      this.links.calls.shift();
      this.hung.push(call);
      return;
    }
    const taken = fate === "lost" ? undefined : this.#arrive(call);
    await call.answer(fate === "answered" && taken !== undefined ? answer(taken) : new Error("lost"));
  }

  async #late(): Promise<void> {
    const call = this.hung.shift();
    if (call !== undefined) await call.answer(answer(this.#arrive(call)));
  }

  #arrive({ gateway, texts }: Call) {
    return (this.gateways.find(({ name }) => name === gateway) ?? expect.unreachable()).told(texts);
  }

  /** The faults are over: everything is told within a watch and some calls. */
  async calm(): Promise<void> {
    for (let round = 0; round < 6; round++) {
      this.links.pass(UNTOLD_WATCH_MS);
      while (this.links.calls.length > 0) await this.#call("answered");
    }
    for (const { topics } of this.gateways)
      for (const [name, known] of topics)
        expect([name, known?.list]).toEqual([name, this.lists.values.get(name)]);
    expect(this.links.calls).toEqual([]);
  }
}

async function walked(steps: readonly Step[]): Promise<Walk> {
  const walk = new Walk();
  for (const gateway of walk.gateways) gateway.subscribe("a");
  for (const each of steps) await walk.take(each);
  await walk.calm();
  return walk;
}
const steps = (large: fc.Arbitrary<boolean>) => fc.array(stepOf(large), { minLength: 20, maxLength: 60 });

test("what fits into a ring is told message for message, whoever is killed and whatever is lost", async () => {
  const fits = fc.asyncProperty(steps(fc.constant(false)), async (taken) => {
    const { gateways } = await walked(taken);
    expect(gateways.map(({ resets }) => resets)).toEqual([0, 0]);
  });
  await fc.assert(fits, { numRuns: 30 });
});

test("where more happens a snapshot says so, and in the end all have the whole", async () => {
  await fc.assert(
    fc.asyncProperty(steps(fc.boolean()), async (taken) => void (await walked(taken))),
    { numRuns: 12 },
  );
});
