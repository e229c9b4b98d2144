/** The few messages of the Postgres wire protocol that PGlite needs: statements out, text results in. */
import { Buffer } from "node:buffer";
import { SqlError, type SqlErrorFields } from "./sql-error.ts";
import type { Field, StatementResult } from "./statement.ts";

/** Bind counts its parameters in 16 bits. */
const PARAMETERS_MAX = 65_535;

/** HTTP has no way to carry a COPY stream, in either direction. */
export const COPY_REFUSED = "COPY is not supported over HTTP";

const ERROR_FIELD_OF: Readonly<Record<string, keyof SqlErrorFields>> = {
  V: "severity",
  C: "code",
  D: "detail",
  H: "hint",
  P: "position",
  p: "internalPosition",
  q: "internalQuery",
  W: "where",
  s: "schema",
  t: "table",
  c: "column",
  d: "dataType",
  n: "constraint",
  F: "file",
  L: "line",
  R: "routine",
};

/** One statement in the extended protocol: parameters and results are text, types are inferred by the server. */
export function encodeStatement(query: string, params: readonly (string | null)[]): Buffer {
  if (params.length > PARAMETERS_MAX) {
    throw new SqlError(`a statement takes at most ${PARAMETERS_MAX} parameters`, { code: "54023" });
  }
  return Buffer.concat([
    message("P", Buffer.concat([cstring(""), cstring(query), int16(0)])),
    message("B", bindBody(params)),
    message("D", cstring("P")),
    message("E", Buffer.concat([cstring(""), int32(0)])),
    // Ends a COPY FROM STDIN with an error; at any other moment the server ignores it.
    message("f", cstring(COPY_REFUSED)),
    message("S", Buffer.alloc(0)),
  ]);
}

/** One or more statements without parameters in the simple protocol. */
export function encodeCommand(sql: string): Buffer {
  return message("Q", cstring(sql));
}

function bindBody(params: readonly (string | null)[]): Buffer {
  const parts = [cstring(""), cstring(""), int16(0), int16(params.length)];
  for (const param of params) {
    if (param === null) {
      parts.push(int32(-1));
    } else {
      const bytes = Buffer.from(param, "utf8");
      parts.push(int32(bytes.length), bytes);
    }
  }
  parts.push(int16(0));
  return Buffer.concat(parts);
}

function message(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type, "latin1"), int32(body.length + 4), body]);
}

function cstring(text: string): Buffer {
  return Buffer.from(`${text}\0`, "utf8");
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16BE(value);
  return buffer;
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

/** Reads the server's bytes, in pieces of any size, into one statement's result. */
export class ResultReader {
  readonly #bytesMax: number;
  readonly #rows: (string | null)[][] = [];
  #fields: Field[] = [];
  #tag = "";
  #bytes = 0;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #neededBytes = 5;
  #sawCopy = false;

  /** The first error of the reply; what follows it is skipped by the server. */
  error: SqlError | undefined;
  /** "I" outside a transaction, "T" inside one, "E" inside a failed one; undefined until the server is ready. */
  transactionStatus: string | undefined;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The bytes may be a view of memory that changes after this call, so what stays is copied. */
  push(bytes: Uint8Array): void {
    this.#pending.push(Buffer.from(bytes));
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes < this.#neededBytes) return;

    const all =
      this.#pending.length === 1 ? (this.#pending[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#pending);
    let offset = 0;
    this.#neededBytes = 5;
    while (all.length - offset >= 5) {
      const length = 1 + all.readInt32BE(offset + 1);
      if (all.length - offset < length) {
        this.#neededBytes = length;
        break;
      }
      this.#take(String.fromCharCode(all[offset] ?? 0), all.subarray(offset + 5, offset + length));
      offset += length;
    }
    this.#pending = offset < all.length ? [all.subarray(offset)] : [];
    this.#pendingBytes = all.length - offset;
  }

  /** True once rows were dropped because together they passed the bound. */
  get tooLarge(): boolean {
    return this.#bytes > this.#bytesMax;
  }

  result(): StatementResult {
    if (this.#sawCopy) throw new SqlError(COPY_REFUSED, { code: "0A000", severity: "ERROR" });
    return { ...readTag(this.#tag), fields: this.#fields, rows: this.#rows, bytes: this.#bytes };
  }

  #take(type: string, body: Buffer): void {
    switch (type) {
      case "T":
        this.#fields = readFields(body);
        return;
      case "D":
        this.#takeRow(body);
        return;
      case "C":
        this.#tag = body.toString("utf8", 0, body.length - 1);
        return;
      case "E":
        this.error ??= readError(body);
        return;
      case "H":
        this.#sawCopy = true;
        return;
      case "Z":
        this.transactionStatus = body.toString("latin1", 0, 1);
        return;
      default:
        // Completion marks, notices, notifications and parameter reports carry nothing for an HTTP client.
        return;
    }
  }

  #takeRow(body: Buffer): void {
    this.#bytes += body.length;
    if (this.tooLarge) {
      this.#rows.length = 0;
      return;
    }
    const row: (string | null)[] = [];
    let offset = 2;
    for (let left = body.readInt16BE(0); left > 0; left--) {
      const length = body.readInt32BE(offset);
      offset += 4;
      if (length < 0) {
        row.push(null);
      } else {
        row.push(body.toString("utf8", offset, offset + length));
        offset += length;
      }
    }
    this.#rows.push(row);
  }
}

/** Splits a command tag as Neon does: its first word, and the count where it has one. */
export function readTag(tag: string): { command: string; rowCount: number | null } {
  const words = tag.split(" ");
  const command = words[0] ?? "";
  const count = command === "INSERT" ? words[2] : words[1];
  return { command, rowCount: count !== undefined && /^\d+$/.test(count) ? Number(count) : null };
}

function readFields(body: Buffer): Field[] {
  const fields: Field[] = [];
  let offset = 2;
  for (let left = body.readInt16BE(0); left > 0; left--) {
    const end = body.indexOf(0, offset);
    const name = body.toString("utf8", offset, end);
    offset = end + 1;
    fields.push({
      name,
      tableID: body.readUInt32BE(offset),
      columnID: body.readInt16BE(offset + 4),
      dataTypeID: body.readUInt32BE(offset + 6),
      dataTypeSize: body.readInt16BE(offset + 10),
      dataTypeModifier: body.readInt32BE(offset + 12),
    });
    offset += 18;
  }
  return fields;
}

function readError(body: Buffer): SqlError {
  const fields: { -readonly [name in keyof SqlErrorFields]: string } = {};
  let message = "";
  let offset = 0;
  while (offset < body.length && body[offset] !== 0) {
    const type = String.fromCharCode(body[offset] ?? 0);
    const end = body.indexOf(0, offset + 1);
    const text = body.toString("utf8", offset + 1, end);
    const field = ERROR_FIELD_OF[type];
    if (type === "M") message = text;
    else if (field !== undefined) fields[field] = text;
    offset = end + 1;
  }
  return new SqlError(message, fields);
}
