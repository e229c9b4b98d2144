/** Random names: of the length that is asked for, of bytes that the platform drew, and none of them given out twice. */
import { afterEach, expect, test, vi } from "vitest";
import { randomHex } from "../../../actors/runtime/id.ts";

afterEach(() => vi.unstubAllGlobals());

/** A source that counts. */
function counting(): { drawn: () => string } {
  let text = "";
  let next = 0;
  const getRandomValues = (bytes: Uint8Array): Uint8Array => {
    for (let at = 0; at < bytes.length; at++) bytes[at] = next++ % 251;
    text += Buffer.from(bytes).toString("hex");
    return bytes;
  };
  vi.stubGlobal("crypto", { getRandomValues });
  return { drawn: () => text };
}

test("a name has two digits for each byte, however many are asked for", () => {
  for (const count of [0, 1, 16, 36, 4_096, 4_097, 10_000])
    expect(randomHex(count)).toMatch(new RegExp(`^[0-9a-f]{${2 * count}}$`));
});

test("no byte that was drawn is given out twice, nor any that was not drawn", () => {
  const source = counting();
  let from = 0;
  for (let each = 0; each < 2_000; each++) {
    const name = randomHex(1 + (each % 40));
    const found = source.drawn().indexOf(name, from);
    // Right behind the one before, or behind what was left of a draw and too short: the source says the same again 251 bytes later.
    expect(found).toBeGreaterThanOrEqual(from);
    expect(found - from).toBeLessThan(2 * 40);
    from = found + name.length;
  }
});

test("another source is asked at once: what was drawn from the one before is not used", () => {
  counting();
  randomHex(16);
  const zeros = (bytes: Uint8Array): Uint8Array => bytes.fill(0);
  vi.stubGlobal("crypto", { getRandomValues: zeros });
  expect(randomHex(16)).toBe("0".repeat(32));
});

test("two thousand names are two thousand", () => {
  expect(new Set(Array.from({ length: 2_000 }, () => randomHex(16))).size).toBe(2_000);
});
