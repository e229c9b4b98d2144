/** Text travels as the base64 of its UTF-8, whichever way the host has for it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { base64Of } from "../../src/db/base64.ts";

const texts = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.nat(40_000).map((length) => "é𝔸x".repeat(length)),
);
const encoded = (text: string): string => Buffer.from(text, "utf8").toString("base64");

describe("text in base64", () => {
  test("is that of its UTF-8, however long", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(base64Of(text)).toBe(encoded(text));
      }),
    );
  });

  test("is the host's own where it has one", () => {
    const host = Uint8Array.prototype as { toBase64?: () => string };
    const before = host.toBase64;
    host.toBase64 = () => "the host's";
    try {
      expect(base64Of("any")).toBe("the host's");
    } finally {
      if (before === undefined) delete host.toBase64;
      else host.toBase64 = before;
    }
  });
});
