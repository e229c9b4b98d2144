/** Which actor hosts a topic. */
import { expect, test } from "vitest";
import { addressOf } from "../../../actors/gateway/topic-address.ts";

const ALL = { tenant: "t", scopes: ["market:read", "risk:trade", "strategy:read"] };

test.each([
  ["quote.XNYS:BRK.B", "symbol:XNYS:BRK.B"],
  ["indicator.bbands_20_2.5@1.XNYS:BRK.B", "symbol:XNYS:BRK.B"],
  ["series.0.5R.T:A", "symbol:T:A"],
  ["depth-metrics.T:A", "symbol:T:A"],
  ["labels.XNYS:BRK.B", "label-book:t"],
  ["account.a.b-1", "risk-shard:t/a.b-1"],
  ["m2m.1.s.1", "strategy:t/s.1"],
  ["pnl.s.1", "strategy:t/s.1"],
  ["m2m.1D.group:desk.1", "strategy:t/group:desk.1"],
  ["pnl.group:desk", "strategy:t/group:desk"],
])("%s is of %s", (topic, actor) => {
  expect(addressOf(topic, ALL)).toMatchObject({ topic, actor });
});

test.each([
  "",
  "quote",
  "quote.",
  "quote.T",
  "quote.t:a",
  "labels.T",
  "account.",
  "account.a/b",
  "m2m.s",
  "m2m.1.group:",
  "pnl.group:a:b",
  "pnl.other:a",
  "pnl.",
  "orders.T:A",
  "__proto__.T:A",
])("%j is of none", (topic) => {
  expect(addressOf(topic, ALL)).toMatchObject({ code: "topic-unknown" });
});
