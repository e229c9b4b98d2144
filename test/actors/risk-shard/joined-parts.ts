/** Parts of one account that are children of the node of its quotas, for which a test speaks. */
import { AAPL, type Json, MSFT } from "./bench.ts";
import { FakeFirm, type FirmLimit } from "./fake-firm.ts";
import { PartsBench } from "./parts-bench.ts";

export type Joined = { readonly bench: PartsBench; readonly node: FakeFirm };

/** With a price of 100 in both stocks. */
export async function joinedParts(limits: readonly Json[], count = 2): Promise<Joined> {
  const bench = new PartsBench(count);
  await bench.part(0).ready(limits);
  const node = nodeOf(bench, limits);
  await join(bench);
  return { bench, node };
}

/** It has these limits of the account, and calls the parts where it has to. */
export function nodeOf(
  bench: PartsBench,
  limits: readonly Json[],
  above: readonly FirmLimit[] = [],
): FakeFirm {
  const main = bench.part(0);
  const node = new FakeFirm(main.clock, "account:main");
  // SAFETY: as tests write them, with the fields of limits.
  node.limits([
    ...limits.map((limit, index) => ({ id: `l${index}`, ...limit }) as unknown as FirmLimit),
    ...above,
  ]);
  for (const [part, { platform }] of bench.parts.entries()) {
    node.children.set(`part:${part}`, () => bench.part(part).desk.parent.called());
    platform.firms.set("main/split", node);
    for (const symbol of [AAPL, MSFT]) platform.marks.set(symbol, main.platform.marks.get(symbol)!);
  }
  return node;
}

/** Part 0 first, as the coordinator does it. */
export async function join(bench: PartsBench): Promise<void> {
  await bench.adopt();
  for (const part of bench.parts.keys()) await bench.tell(part, { type: "join", n: bench.n, isIn: true });
}
