/** The reader of the soak over forged histories: each way to leave something out, or to say it twice, is found. */
import { describe, expect, test } from "vitest";
import { type GatewayMessage, GatewayRules } from "../../../scripts/faults/gateway-rules.ts";

const TOPIC = "trades.X:A";
const message = (seq: number, rest: Partial<GatewayMessage> = {}): GatewayMessage => ({
  ...{ topic: TOPIC, epoch: "e", seq, type: "delta", data: null },
  ...rest,
});
const snap = (seq: number, rest: Partial<GatewayMessage> = {}) => message(seq, { type: "snap", ...rest });
const reset = { reason: "lagging" };

function taken(...messages: readonly GatewayMessage[]): GatewayRules {
  const rules = new GatewayRules();
  rules.await(TOPIC);
  for (const one of messages) rules.take(one);
  return rules;
}

describe("a history that the contract allows", () => {
  test.each([
    ["a snapshot and what follows it", [snap(4), message(5), message(6)]],
    ["a conflated message that says what it leaves out", [snap(4), message(9, { prev: 4 })]],
    ["one whose way began before us", [snap(4), message(5), message(9, { prev: 3 })]],
    ["a snapshot that says why it comes, in another epoch too", [snap(4), snap(2, { epoch: "f", reset })]],
    ["a word beside the topic", [snap(4), message(4, { type: "lagging" }), message(4, { type: "status" })]],
  ])("%s", (_what, messages) => expect(taken(...messages).faults).toEqual([]));

  test("tells resets, which are no faults", () =>
    expect(taken(snap(4), snap(9, { reset })).resets).toEqual([{ topic: TOPIC, reason: "lagging" }]));
});

describe("a history that it does not", () => {
  test.each([
    ["a hole", [snap(4), message(6)]],
    ["a hole behind a conflated message", [snap(4), message(9, { prev: 5 })]],
    ["a message twice", [snap(4), message(5), message(5)]],
    ["an older one that is conflated", [snap(4), message(3, { prev: 1 })]],
    ["another epoch without a word", [snap(4), message(5, { epoch: "f" })]],
    ["a second snapshot without a word", [snap(4), snap(9)]],
    ["a message before the first snapshot", [message(5)]],
    ["a topic that nobody asked for", [snap(4), message(1, { topic: "trades.X:B" })]],
  ])("%s", (_what, messages) => expect(taken(...messages).faults).toHaveLength(1));
});

describe("a heartbeat", () => {
  const beats = (seq: number, epoch = "e") => [{ topic: TOPIC, epoch, seq }];
  test("that knows what is here says nothing", () => {
    const rules = taken(snap(4), message(5));
    rules.hear(beats(5));
    rules.hear(beats(4));
    rules.hear([{ topic: "other", epoch: "e", seq: 9 }]);
    expect(rules.faults).toEqual([]);
  });

  test("that knows more than came, or another epoch, tells a hole at the end", () => {
    const rules = taken(snap(4), message(5));
    rules.hear(beats(6));
    rules.hear(beats(5, "f"));
    expect(rules.faults).toHaveLength(2);
  });
});
