import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JSON_DEPTH_MAX, parseJson } from "../../src/http/json.ts";

const codeOf = (text: string): string => {
  const parsed = parseJson(text);
  return parsed.ok ? "ok" : parsed.code;
};
const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

describe("what is JSON", () => {
  test("any value that JSON.stringify writes comes back as it was", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: JSON_DEPTH_MAX - 2 }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes("__proto__"));
        expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
      }),
    );
  });

  test("a text is refused exactly where JSON.parse refuses it, or for its depth, its keys or __proto__", () => {
    const fragment = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      '"a"',
      '"b"',
      '"\\""',
      '"\\u0061"',
      "1",
      "-",
      "true",
      "null",
      " ",
      "\\",
      '"',
      "\u0000",
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 24 }), (parts) => {
        const text = parts.join("");
        const parsed = parseJson(text);
        const valid = isValid(text);
        if (!valid) expect(codeOf(text)).toMatch(/^(json-invalid|json-too-deep)$/);
        else if (parsed.ok) expect(parsed.value).toEqual(JSON.parse(text));
        else expect(parsed.code).toBe("duplicate-key");
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ["", "nothing"],
    ["{} {}", "two documents"],
    ['{"a":1,}', "a trailing comma"],
    ["{'a':1}", "single quotes"],
    ["NaN", "a number that JSON has not"],
    ['{"a"', "a text that ends early"],
    ['"\u0000"', "a bare control character"],
  ])("%j is refused: %s", (text) => expect(codeOf(text)).toBe("json-invalid"));
});

describe("depth", () => {
  test("as deep as the bound is taken, one deeper is not", () => {
    expect(codeOf(nested(JSON_DEPTH_MAX))).toBe("ok");
    expect(codeOf(nested(JSON_DEPTH_MAX + 1))).toBe("json-too-deep");
  });
  test("brackets inside of text are no depth", () => {
    expect(codeOf(JSON.stringify("[{".repeat(100)))).toBe("ok");
    expect(codeOf(JSON.stringify(`\\"${"[".repeat(100)}`))).toBe("ok");
  });
  test("a million arrays inside each other are refused as too deep, closed or not", () => {
    expect(codeOf("[".repeat(1_000_000))).toBe("json-too-deep");
    expect(codeOf(nested(1_000_000))).toBe("json-too-deep");
  });
});

describe("keys", () => {
  test.each([
    ['{"qty":"1","qty":"2"}'],
    ['{"qty":"1","\\u0071ty":"2"}'],
    ['{"a":{"b":1,"b":1}}'],
    ['[{"a":1},{"a":1,"a":{"c":1}}]'],
    ['{"__proto__":1,"__proto__":2}'],
    ['{"":1,"":2}'],
  ])("the same key twice is refused: %s", (text) => expect(codeOf(text)).toBe("duplicate-key"));

  test.each([
    ['{"a":{"a":{"a":1}}}'],
    ['[{"a":1},{"a":1}]'],
    ['{"a":":","b":"\\":\\""}'],
    ['{"a":"b:c","b":[]}'],
  ])("the same key in different objects is not twice: %s", (text) => expect(codeOf(text)).toBe("ok"));

  test("a key twice is found in any object that a stranger writes by hand", () => {
    const key = fc.string({ maxLength: 6 });
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 8 }), (keys) => {
        fc.pre(!keys.includes("__proto__"));
        const text = `[{"x":{${keys.map((name) => `${JSON.stringify(name)}:[{}]`).join(",")}}}]`;
        expect(codeOf(text)).toBe(new Set(keys).size === keys.length ? "ok" : "duplicate-key");
      }),
    );
  });

  test("__proto__ is a field that nobody knows, and no prototype changes", () => {
    expect(codeOf('{"__proto__":{"admin":true}}')).toBe("unknown-field");
    expect(codeOf('{"a":[{"__proto__":null}]}')).toBe("unknown-field");
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

function isValid(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
