/** Busts, corrections, late fills, cash, splits and dividends among orders and prices: the book is what the fills that stand come to. */
import { expect, test } from "vitest";
import { holdMethods, holdNews } from "./book-laws.ts";
import { BookWalk } from "./book-walk.ts";

const STEPS = 300;

test.each([3, 11])("R1, R2, R4, R5, R7: the book of seed %i is the sum of what stands", async (seed) => {
  const walk = new BookWalk(seed);
  await walk.begin();
  for (let step = 0; step < STEPS; step++) {
    await walk.step();
    walk.holdReservations();
    if (step % 20 === 0) await walk.hold();
    if (step % 50 === 0) walk.holdReload();
  }
  await walk.hold();
  await holdMethods(walk.bench);
  for (const strategy of ["alpha", "beta"]) await holdNews(walk.bench, strategy);
  const facts = walk.bench.facts();
  expect(facts.filter(({ kind }) => kind === "position-drift")).toEqual([]);
  for (const wanted of [
    ...["bust", "correct", "plain fill", "late fill", "split applied", "dividend applied"],
    ...["cash of the account", "cash of a line"],
  ])
    expect([...walk.tally.keys()], `the walk met ${wanted}`).toContain(wanted);
});
