/** The text of a tape on disk: plain, gzip, or a zip of one file, as Binance packs its public data. Told by its first bytes: a name proves nothing. */
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Transform } from "node:stream";
import { createGunzip, createInflateRaw } from "node:zlib";

type Packing =
  | { readonly kind: "plain" }
  | { readonly kind: "gzip" }
  | { readonly kind: "zip"; readonly start: number };

/** Signature, versions, method, times, checksum, sizes, and the lengths of name and extra field. */
const ZIP_ENTRY_BYTES = 30;
/** The end of a zip without a comment; it says how many files there are. */
const ZIP_END_BYTES = 22;
const DEFLATED = 8;

export async function textOf(path: string): Promise<AsyncIterable<string>> {
  const packing = await packingOf(path);
  if (packing.kind === "plain") return createReadStream(path).setEncoding("utf8");
  if (packing.kind === "zip") return unpacked(path, createInflateRaw(), packing.start);
  return unpacked(path, createGunzip(), 0);
}

function unpacked(path: string, unpack: Transform, start: number): AsyncIterable<string> {
  const bytes = createReadStream(path, { start });
  bytes.on("error", (error) => unpack.destroy(error));
  unpack.on("close", () => bytes.destroy());
  return bytes.pipe(unpack).setEncoding("utf8");
}

async function packingOf(path: string): Promise<Packing> {
  await using file = await open(path);
  const head = await bytesAt(file, 0, ZIP_ENTRY_BYTES);
  if (head.length >= 2 && head.readUInt16BE(0) === 0x1f8b) return { kind: "gzip" };
  if (head.length < ZIP_ENTRY_BYTES || head.readUInt32LE(0) !== 0x04034b50) return { kind: "plain" };
  const { size } = await file.stat();
  const end = await bytesAt(file, Math.max(0, size - ZIP_END_BYTES), ZIP_END_BYTES);
  if (end.length < ZIP_END_BYTES || end.readUInt32LE(0) !== 0x06054b50) throw new Error("the zip is cut off");
  if (end.readUInt16LE(10) !== 1)
    throw new Error(`the zip holds ${end.readUInt16LE(10)} files: unpack it, and name one`);
  if (head.readUInt16LE(8) !== DEFLATED) throw new Error("the zip is packed in a way that is not read here");
  return { kind: "zip", start: ZIP_ENTRY_BYTES + head.readUInt16LE(26) + head.readUInt16LE(28) };
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
