/** A tape on disk, plain or gzip, line by line: the file is never held whole. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { createGunzip } from "node:zlib";
import { openTape } from "../../src/feeds/tape.ts";
import type { TapeEntry, TapeParser } from "../../src/feeds/tick.ts";
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
  for await (const chunk of await textOf(path)) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LINE_CHARS_MAX)
      throw new TapeUnreadable(`${path}: line ${number + lines.length + 1} is too long`);
    for (const text of lines) yield { number: ++number, text };
  }
  if (rest !== "") yield { number: ++number, text: rest };
}

async function textOf(path: string): Promise<AsyncIterable<string>> {
  const zipped = await isGzip(path);
  const bytes = createReadStream(path);
  if (!zipped) return bytes.setEncoding("utf8");
  const text = createGunzip();
  bytes.on("error", (error) => text.destroy(error));
  text.on("close", () => bytes.destroy());
  return bytes.pipe(text).setEncoding("utf8");
}

// By its first two bytes: a name proves nothing.
async function isGzip(path: string): Promise<boolean> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } catch (error) {
    throw new TapeUnreadable(`${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
