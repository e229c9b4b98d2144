/** One JSON document per line. Blank lines count for nothing. */
export const linesOf = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");
