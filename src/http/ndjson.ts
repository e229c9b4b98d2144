/** One JSON document per line. Blank lines count for nothing; behind `max` lines and one more none is looked at. */
export function linesOf(text: string, max = Number.POSITIVE_INFINITY): string[] {
  const lines: string[] = [];
  for (let at = 0; at < text.length && lines.length <= max; ) {
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(at, end);
    if (line.trim() !== "") lines.push(line);
    at = end + 1;
  }
  return lines;
}
