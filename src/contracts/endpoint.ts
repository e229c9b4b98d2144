/** How a call of the public API is declared: once, beside its shapes. The router, the scope check and the OpenAPI document all read it. */
import type { z } from "zod";

export const SCOPES = [
  "market:read",
  "market:write",
  "risk:read",
  "risk:trade",
  "risk:admin",
  "strategy:read",
  "strategy:write",
  "universe:read",
  "universe:write",
  "events:read",
  "events:write",
  "tasks:read",
  "tasks:write",
  "admin",
] as const;
export type Scope = (typeof SCOPES)[number];

/** Default bound of a body, in bytes. */
export const BODY_BYTES_MAX = 1_048_576;
/** Ticks, assets and imports come in bulk. */
export const BULK_BODY_BYTES_MAX = 8_388_608;

export type Endpoint = {
  readonly method: "GET" | "PUT" | "POST" | "PATCH" | "DELETE";
  /** OpenAPI form: `/v1/accounts/{account}/orders`. */
  readonly path: string;
  /** `public` needs no credential, `any` any valid one, all others exactly that scope. */
  readonly scope: Scope | "public" | "any";
  readonly summary: string;
  readonly tag: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** By lowercase name; only those that this call reads. */
  readonly headers?: z.ZodObject;
  readonly body?: {
    /** Of the whole document, or of each line where only lines are taken. */
    readonly schema: z.ZodType;
    /** Of each line where documents are taken too. */
    readonly line?: z.ZodType;
    /** `json` unless said otherwise. */
    readonly media?: readonly ("json" | "ndjson" | "csv")[];
    readonly bytesMax?: number;
    /** No body at all is `{}`: every field may be left out. */
    readonly optional?: true;
  };
  /** A WebSocket: the call asks for the upgrade, and may bring a one-use ticket in place of a credential. */
  readonly upgrade?: true;
  /** The scrape key of the deployment may too. */
  readonly scrape?: true;
  /** Media type of the reply where it is no JSON. */
  readonly produces?: string;
  /** Shape of the reply by status. */
  readonly replies: Readonly<Record<number, z.ZodType | undefined>>;
};

export const endpoint = <const Declared extends Endpoint>(declared: Declared): Declared => declared;
