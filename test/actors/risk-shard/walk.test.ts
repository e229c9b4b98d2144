/** A seeded random walk: after each step the shard is held against the naive model and its own invariants (README, R1-R7). */
import { expect, test } from "vitest";
import { fewOrAll } from "../../support/few-or-all.ts";
import { Walk } from "./walk.ts";

const STEPS = 2_500;
test.each(fewOrAll([7, 42], [1, 7, 42, 1_234]))(
  "R1-R7: seed %i agrees with the naive model at every step",
  async (seed) => {
    const walk = new Walk(seed);
    await walk.begin();
    for (let step = 0; step < STEPS; step++) {
      await walk.step();
      walk.holdReservations();
      if (step % 20 === 0) await walk.hold();
    }
    await walk.hold();
    const seqs = walk.bench.facts().map(({ seq }) => seq);
    expect(seqs, "R6: facts are gapless").toEqual(seqs.map((_, index) => index + 1));
    for (const wanted of [
      "accept",
      "repeat",
      "fill",
      "overfill",
      "unsolicited-fill",
      "replace",
      "reject state-reducing",
    ])
      expect([...walk.tally.keys()], `the walk met ${wanted}`).toContain(wanted);
    expect([...walk.tally.keys()].some((key) => key.startsWith("reduce "))).toBe(true);
  },
);
