import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ackText,
  errorText,
  FRAME_UNITS_MAX,
  frameTexts,
  headOf,
  messageText,
  pongText,
  readHead,
  withReplies,
} from "../../../../actors/runtime/streams/message-text.ts";
import { RESET_REASONS } from "../../../../src/contracts/streams.ts";

const HALF = FRAME_UNITS_MAX / 2;
/** A message that is told from others by its number, of about that many units. */
const messageOf = (at: number, units: number): string =>
  JSON.stringify({ at, text: "x".repeat(Math.max(0, units)) });
const messagesIn = (frames: readonly string[]): unknown[] => frames.flatMap((frame) => JSON.parse(frame));
const lengths = fc.array(fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constantFrom(HALF, FRAME_UNITS_MAX)), {
  maxLength: 40,
});
const messages = lengths.map((units) => units.map((length, at) => messageOf(at, length)));

describe("frames", () => {
  test("hold every message once and in order, and no more than their bound unless one alone is longer", () => {
    fc.assert(
      fc.property(messages, (texts) => {
        const frames = frameTexts(texts);
        expect(messagesIn(frames)).toEqual(texts.map((text) => JSON.parse(text)));
        for (const frame of frames)
          if (frame.startsWith("["))
            expect(frame.length).toBeLessThanOrEqual(FRAME_UNITS_MAX + texts.length + 1);
      }),
    );
  });

  test("are as few as can be: two that follow each other do not fit into one", () => {
    fc.assert(
      fc.property(messages, (texts) => {
        const frames = frameTexts(texts).map((frame) => frame.replace(/^\[|\]$/g, ""));
        for (const [at, frame] of frames.slice(1).entries()) {
          const first = JSON.stringify([JSON.parse(`[${frame}]`)[0]]).length - 2;
          expect((frames[at]?.length ?? 0) + first).toBeGreaterThan(FRAME_UNITS_MAX);
        }
      }),
    );
  });

  test("of replies stand before the messages of the group, the last of them together with them where they fit", () => {
    const frame = `[${messageOf(8, 10)},${messageOf(9, 10)}]`;
    expect(withReplies([], frame)).toEqual([frame]);
    expect(withReplies([messageOf(1, 10)], frame)).toHaveLength(1);
    expect(withReplies([messageOf(1, HALF), messageOf(2, HALF), messageOf(3, HALF)], frame)).toHaveLength(3);
    expect(withReplies([messageOf(1, FRAME_UNITS_MAX)], frame)).toHaveLength(2);
    fc.assert(
      fc.property(messages, (texts) => {
        const told = messagesIn(withReplies(texts, frame));
        expect(told).toEqual([...texts.map((text) => JSON.parse(text)), ...JSON.parse(frame)]);
      }),
    );
  });
});

describe("a head", () => {
  const name = fc.stringMatching(/^[A-Za-z0-9.:_@-]{1,60}$/);
  const type = fc.constantFrom("snap", "delta", "bar", "hb", "utilisation", "status");
  const reason = fc.option(fc.constantFrom(...RESET_REASONS), { nil: undefined });

  test("is read as it was written, and the data stands behind it, whatever the data says", () => {
    const message = fc.tuple(name, name, fc.maxSafeNat(), fc.maxSafeNat(), type, reason, fc.jsonValue());
    fc.assert(
      fc.property(message, ([topic, epoch, seq, ts, kind, why, value]) => {
        const data = JSON.stringify({ value, topic: "another", seq: 0 });
        const text = messageText(headOf(topic, epoch), seq, ts, kind, data, why);
        const { dataAt, ...head } = readHead(text) ?? expect.unreachable();
        expect(head).toEqual({
          ...{ topic, epoch, seq, ts, type: kind },
          ...{ isReset: why !== undefined, reason: why },
        });
        expect(text.slice(dataAt, -1)).toBe(data);
      }),
    );
  });

  test("is in no answer to a frame, nor in anything cut short", () => {
    expect([ackText(1, [], []), pongText(1), errorText(1, "range", "seq"), "", "{}"].map(readHead)).toEqual(
      Array(5).fill(undefined),
    );
    const text = messageText(headOf("a", "e"), 1, 2, "snap", "[]", "epoch");
    for (let end = 0; end < text.indexOf('"data":') + 7; end++)
      expect(readHead(text.slice(0, end))).toBeUndefined();
  });
});
