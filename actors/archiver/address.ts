/** Which archiver takes an actor's facts. */
import { stableHash } from "../../src/domain/hash.ts";

/** Two keep one busy while the other waits for Postgres. It may change: an archiver stores nothing. */
export const ARCHIVERS = 2;

export const archiverOf = (actor: string): string => `archiver-${stableHash(actor) % ARCHIVERS}`;
