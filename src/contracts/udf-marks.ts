/** UDF's marks on bars: the caller's labels. */
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { shared, udfMarksQuery } from "./udf.ts";

/** Marks of one reply, the newest of a range: more than a chart has pixels for, and a bar shows ten. */
export const UDF_MARKS_MAX = 500;

const text = z.string();
const column = <Item extends z.ZodType>(item: Item) => z.array(item).max(UDF_MARKS_MAX);

/** The library knows four colours by name; any other is told part by part, in the words of its older and newer versions. */
const markColor = z.union([
  z.enum(["red", "green", "blue", "yellow"]),
  z.strictObject({ color: text, border: text, background: text }),
]);
export type UdfMarkColor = z.output<typeof markColor>;

/** Columns of equal length. */
export const udfMarksReply = z.strictObject({
  id: column(text),
  time: column(z.int()).describe("Seconds."),
  color: column(markColor),
  text: column(text).describe("As it was written: text, never markup."),
  label: column(text).describe("One character."),
  labelFontColor: column(text),
  minSize: column(z.int()).describe("Pixels."),
});
export type UdfMarks = z.output<typeof udfMarksReply>;

export const getUdfMarks = endpoint({
  ...shared,
  path: "/udf/marks",
  summary: `The caller's labels on a symbol from \`from\` up to and with \`to\`, at most the newest ${UDF_MARKS_MAX}. A label's \`metadata.label\` is the letter of its mark, else its text begins with it.`,
  query: udfMarksQuery,
  replies: { 200: udfMarksReply },
});
