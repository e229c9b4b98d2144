/** A tape on disk, line by line: the file is never held whole. */
import { basename } from "node:path";
import { openTape } from "../../src/feeds/tape.ts";
import type { TapeEntry, TapeParser } from "../../src/feeds/tick.ts";
import { textOf } from "./packed-file.ts";
import type { TapeReading } from "./tape-flags.ts";

export type TapeLine = { readonly number: number; readonly text: string };
export type NumberedEntry = { readonly line: number; readonly entry: TapeEntry };

/** A request takes at most 8 MiB; a longer line cannot be a tick. */
const LINE_CHARS_MAX = 4 * 1024 * 1024;

export class TapeUnreadable extends Error {
  override readonly name = "TapeUnreadable";
}

/** The entries of a tape in order; `hear` gets each line's text, for whoever wants to hash it. */
export async function* tapeEntries(
  path: string,
  { format, setting }: TapeReading = {},
  hear?: (text: string) => void,
): AsyncGenerator<NumberedEntry> {
  let parse: TapeParser | undefined;
  for await (const { number, text } of tapeLines(path)) {
    hear?.(text);
    if (text.trim() === "") continue;
    if (parse === undefined) {
      const opened = openTape(text, { ...setting, fileName: basename(path) }, format);
      if (!opened.ok) throw new TapeUnreadable(`${path}, line ${number}: ${opened.why}`);
      parse = opened.parse;
    }
    yield { line: number, entry: parse(text) };
  }
}

async function* tapeLines(path: string): AsyncGenerator<TapeLine> {
  let number = 0;
  let rest = "";
  const text = await textOf(path).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new TapeUnreadable(`${path}: ${why}`, { cause: error });
  });
  for await (const chunk of text) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LINE_CHARS_MAX)
      throw new TapeUnreadable(`${path}: line ${number + lines.length + 1} is too long`);
    for (const text of lines) yield { number: ++number, text };
  }
  if (rest !== "") yield { number: ++number, text: rest };
}
