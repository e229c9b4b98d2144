import fc from "fast-check";
import { expect, test } from "vitest";
import { csvFields } from "../../src/feeds/csv.ts";

test.each([
  ["a,b,c", ["a", "b", "c"]],
  ["a,,", ["a", "", ""]],
  ['"a,b",c', ["a,b", "c"]],
  ['"say ""a,b""",c\r', ['say "a,b"', "c"]],
  ['"",x', ["", "x"]],
  ["\uFEFFts,px", ["ts", "px"]],
])("%j has its fields", (line, fields) => {
  expect(csvFields(line)).toEqual(fields);
});

test("a quote that does not end, or stands within a field, makes no fields", () => {
  for (const line of ['"a,b', 'a,"b', 'a"b,c', '"a"b,c']) expect(csvFields(line)).toBeUndefined();
});

test("whatever fields are written by RFC 4180 are read again, with any separator", () => {
  const field = fc.string().filter((text) => !/[\r\n\uFEFF]/.test(text));
  fc.assert(
    fc.property(fc.array(field, { minLength: 1 }), fc.constantFrom(",", ";", "\t"), (fields, separator) => {
      const line = fields.map((text) => `"${text.replaceAll('"', '""')}"`).join(separator);
      expect(csvFields(line, separator)).toEqual(fields);
    }),
  );
});
