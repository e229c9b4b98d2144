import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  liquidityScore,
  SCORE_VERSION,
  SCORE_WEIGHTS,
  type ScoreInputs,
} from "../../../src/quant/depth/score.ts";

const BEST: ScoreInputs = { spreadBps: 1, depthNotional: 1_000_000, sweepBps: 1, updatesPerSecond: 10 };
const WORST: ScoreInputs = { spreadBps: 100, depthNotional: 1_000, sweepBps: 100, updatesPerSecond: 0.1 };
const valueOf = (inputs: ScoreInputs): number => liquidityScore(inputs)!.value;

describe("version 1 of the score", () => {
  test("has these weights, anchors and version: what was stored must keep its meaning", () => {
    expect(SCORE_VERSION).toBe(1);
    expect(SCORE_WEIGHTS).toEqual({ spread: 0.35, depth: 0.25, sweep: 0.25, updates: 0.15 });
    expect(valueOf(BEST)).toBeCloseTo(100, 12);
    expect(valueOf(WORST)).toBeCloseTo(0, 12);
  });
  test("is half way where every input lies half way in its logarithm", () => {
    const middle = {
      spreadBps: 10,
      depthNotional: Math.sqrt(1_000 * 1_000_000),
      sweepBps: 10,
      updatesPerSecond: 1,
    };
    expect(valueOf(middle)).toBeCloseTo(50, 12);
    expect(liquidityScore({ ...WORST, spreadBps: 10 })?.parts.spread).toBeCloseTo(0.5, 12);
    expect(valueOf({ ...WORST, spreadBps: 10 })).toBeCloseTo(17.5, 12);
  });
  test("stays within 0 and 100 and is a number, whatever goes in", () => {
    const extreme = {
      spreadBps: 0,
      depthNotional: 0,
      sweepBps: Number.POSITIVE_INFINITY,
      updatesPerSecond: 0,
    };
    expect(liquidityScore(extreme)?.parts).toEqual({ spread: 1, depth: 0, sweep: 0, updates: 0 });
    expect(valueOf({ spreadBps: -5, depthNotional: 1e30, sweepBps: -1, updatesPerSecond: 1e9 })).toBeCloseTo(
      100,
      12,
    );
  });
  test("is not there where a part is not known", () => {
    expect(liquidityScore({ ...BEST, spreadBps: undefined })).toBeUndefined();
    expect(liquidityScore({ ...BEST, updatesPerSecond: undefined })).toBeUndefined();
  });
  test("never falls with a narrower spread, a deeper book, a cheaper sweep or more updates", () => {
    const amount = fc.double({ min: 0.001, max: 1e7, noNaN: true });
    void fc.assert(
      fc.property(
        amount,
        amount,
        amount,
        amount,
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        (a, b, c, d, by) => {
          const inputs = { spreadBps: a, depthNotional: b, sweepBps: c, updatesPerSecond: d };
          const score = valueOf(inputs) - 1e-9;
          expect(valueOf({ ...inputs, spreadBps: a * by })).toBeGreaterThanOrEqual(score);
          expect(valueOf({ ...inputs, depthNotional: b / by })).toBeGreaterThanOrEqual(score);
          expect(valueOf({ ...inputs, sweepBps: c * by })).toBeGreaterThanOrEqual(score);
          expect(valueOf({ ...inputs, updatesPerSecond: d / by })).toBeGreaterThanOrEqual(score);
        },
      ),
    );
  });
});
