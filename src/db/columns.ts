/** Columns that many tables of Postgres have. */
import { bigint, text, timestamp } from "drizzle-orm/pg-core";

export const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
/** Which fact a row stands on: the actor's name and the fact's gapless number. */
export const origin = { actor: text("actor").notNull(), seq: bigint("seq", { mode: "number" }).notNull() };
