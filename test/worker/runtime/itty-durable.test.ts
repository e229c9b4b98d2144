/** The scenario for which the project has a runtime of its own: two concurrent calls that read, ask somebody else, and write. */
import { env } from "cloudflare:workers";
import { proxyDurable } from "itty-durable/proxy-durable.js";
import { expect, test } from "vitest";
import { envelopeNow } from "../envelope-now.ts";
import type { IttyCounter } from "../itty-counter.ts";
import type { ProbeActor } from "../probe-actor.ts";

type Bindings = { PROBE: DurableObjectNamespace<ProbeActor>; ITTY: DurableObjectNamespace };
const { PROBE, ITTY } = env as unknown as Bindings;

/** Its own stub: each call is a request whose arguments travel in a header. */
const ittyCounter = (name: string): Pick<IttyCounter, "add"> => proxyDurable(ITTY, { parse: true }).get(name);

test("two concurrent read-modify-write calls lose an update in itty-durable", async () => {
  const counter = ittyCounter("both");
  await Promise.all([counter.add(1), counter.add(1)]);
  expect(await counter.add(0)).toEqual({ counter: 1 });
});

test("the same two calls lose nothing here", async () => {
  const probe = PROBE.getByName("both");
  await Promise.all([
    probe.addAfterAsking(envelopeNow(), "a", 1),
    probe.addAfterAsking(envelopeNow(), "b", 1),
  ]);
  expect(await probe.state()).toMatchObject({ sum: 2, sumOnDisk: 2 });
});
