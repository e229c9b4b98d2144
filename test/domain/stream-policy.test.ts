/** Which messages of a stream may be left out for a newer one, and which may not. */
import { expect, test } from "vitest";
import { isState, latestKey, messagePolicy, topicPolicy } from "../../src/domain/stream-policy.ts";

test("quotes, depth and its metrics are latest, what has states goes by them, everything else is lossless", () => {
  const policies = ["quote.T:A", "depth.T:A", "depth-metrics.T:A"].map(topicPolicy);
  expect(new Set(policies)).toEqual(new Set(["latest"]));
  const byState = [
    "bars.1.T:A",
    "mid.5.T:A",
    "bid.1.T:A",
    "ask.1.T:A",
    "series.20T.T:A",
    "indicator.ema_20@1.T:A",
  ];
  expect(new Set(byState.map(topicPolicy))).toEqual(new Set(["by-state"]));
  const lossless = ["trades.T:A", "labels.T:A", "account.a", "m2m.1.s", "pnl.s", "whatever", ""];
  expect(new Set(lossless.map(topicPolicy))).toEqual(new Set(["lossless"]));
});

test.each([
  ["latest", "delta", '{"last":1}', "latest"],
  ["latest", "snap", "null", "latest"],
  ["latest", "gap", "{}", "lossless"],
  ["by-state", "bar", '{"t":1,"state":"forming"}', "latest"],
  ["by-state", "bar", '{"t":1,"state":"final"}', "lossless"],
  ["by-state", "bar", '{"t":1,"state":"forming","withdrawn":true}', "lossless"],
  ["by-state", "rev", '{"t":1,"state":"revised"}', "lossless"],
  ["by-state", "gap", '{"state":"forming"}', "lossless"],
  ["by-state", "snap", '{"t":1,"state":"forming"}', "lossless"],
  ["lossless", "delta", '{"state":"forming"}', "lossless"],
] as const)("of a %s topic a %s with %s is %s", (policy, type, data, expected) => {
  expect(messagePolicy(policy, type, data)).toBe(expected);
});

test("a forming bar is the newest of its own start, a quote of its topic", () => {
  expect(latestKey("by-state", '{"t":60000,"o":"1"}')).toBe("60000");
  expect(latestKey("latest", '{"t":60000}')).toBe("");
});

test("a snapshot is a state everywhere, a delta or a bar where each says everything", () => {
  expect(isState("lossless", "snap")).toBe(true);
  expect([isState("latest", "delta"), isState("by-state", "bar")]).toEqual([true, true]);
  expect([isState("lossless", "delta"), isState("by-state", "rev"), isState("latest", "gap")]).toEqual([
    false,
    false,
    false,
  ]);
});
