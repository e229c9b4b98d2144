/** Which sweeps may be asked for. */
import { expect, test } from "vitest";
import { sweepsAsked } from "../../../../actors/symbol/book/depth-sweeps.ts";

test("an inverse contract is swept by size, and by no value", () => {
  const inverse = { sizeScale: 0, contract: "inverse" } as const;
  expect(sweepsAsked({ sweepSizes: ["3"] }, inverse)).toEqual({ ok: true, value: [{ size: 3 }] });
  expect(sweepsAsked({}, inverse)).toEqual({ ok: true, value: [] });
  expect(sweepsAsked({ sweepNotionals: ["1000"] }, inverse)).toMatchObject({ code: "contract-unsupported" });
});
