import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvRecords } from "../../src/domain/csv.ts";

const records = (text: string) => {
  const read = csvRecords(text);
  return read.ok ? read.records : `line ${read.line}`;
};

describe("CSV as RFC 4180 has it", () => {
  test.each<[string, string, unknown]>([
    [
      "fields by commas, lines by LF or CRLF",
      "a,b\nc,d\r\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "a last line without an end",
      "a,b\nc,d",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "empty fields",
      ",\n,a,\n",
      [
        ["", ""],
        ["", "a", ""],
      ],
    ],
    ["lines without a character are none", "\n\r\na\n\n", [["a"]]],
    ["an empty field in quotes is a line", '""\n', [[""]]],
    ["commas, breaks and quotes inside of quotes", '"a,b","c\r\nd","e""f"\n', [["a,b", "c\r\nd", 'e"f']]],
    ["blanks belong to the field", " a , b\n", [[" a ", " b"]]],
    ["nothing at all", "", []],
  ])("%s", (_name, text, expected) => {
    expect(records(text)).toEqual(expected);
  });

  test.each<[string, string]>([
    ['a,b\nc,"d', "line 2"],
    ['a"b\n', "line 1"],
    ['"a"b\n', "line 1"],
    ['a,"b" ,c', "line 1"],
    ["a\rb", "line 1"],
    ['x\n"1\n2\n3', "line 2"],
  ])("%j is broken", (text, line) => {
    expect(records(text)).toBe(line);
  });

  test("of more records than are wanted one more is read, so that somebody can say so, and a line has 1,000 fields at most", () => {
    const read = csvRecords("a\n".repeat(4_000_000), 2);
    expect(read.ok && read.records).toEqual([["a"], ["a"], ["a"]]);
    expect(csvRecords(",".repeat(999))).toMatchObject({ ok: true, records: [{ length: 1_000 }] });
    expect(records(`a\n${",".repeat(1_000)}`)).toBe("line 2");
  });

  test("what is written is read, whatever is in it", () => {
    const field = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r\n", " ", "é"), maxLength: 6 });
    const written = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(written, fc.constantFrom("\n", "\r\n"), (rows, end) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const text = rows.map((row) => row.map(quoted).join(",") + end).join("");
        expect(records(text)).toEqual(rows);
      }),
    );
  });

  test("a body of 8 MiB that never closes its quote is looked at once", () => {
    for (const body of ['"'.repeat(8_388_607), `"${"a".repeat(8_388_000)}`, `"${'""'.repeat(4_000_000)}x`])
      expect(csvRecords(body).ok).toBe(false);
    const rows = csvRecords("1,2,3\n".repeat(1_000_000));
    expect(rows.ok && rows.records.length).toBe(1_000_000);
  });
});
