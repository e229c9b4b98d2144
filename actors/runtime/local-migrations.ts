/** Numbered, hashed steps for an object's own SQLite, run before its first turn. */
import { stableHash } from "../../src/domain/hash.ts";
import type { Bound } from "./bounds.ts";
import type { Sql } from "./sql.ts";

/** Steps of one actor over all its versions: one a week for twenty years. */
export const LOCAL_STEPS_MAX = 1_000;

export const localMigrationsBound: Bound = {
  collection: "table:local_migration",
  max: LOCAL_STEPS_MAX,
  unit: "rows",
  atBound: "A longer list of steps does not start: steps are fixed in code.",
};

export type LocalMigration = {
  /** 1, 2, 3 … without a gap. */
  readonly id: number;
  readonly statements: readonly string[];
};

export class LocalMigrationError extends Error {
  override readonly name = "LocalMigrationError";
}

/**
 * Brings the object's tables up to the last step, each step in one transaction with its own record.
 * A step that was edited after it ran, is missing or stands twice stops the actor: its data would no longer mean what the code thinks.
 */
export function migrateLocally(sql: Sql, steps: readonly LocalMigration[]): void {
  refuseGapsAndDuplicates(steps);
  sql.exec(
    "CREATE TABLE IF NOT EXISTS local_migration (id INTEGER PRIMARY KEY, checksum TEXT NOT NULL) STRICT",
  );
  const applied = sql.exec<{ id: number; checksum: string }>(
    "SELECT id, checksum FROM local_migration ORDER BY id",
  );
  refuseEdits(applied, steps);
  for (const step of steps.slice(applied.length)) {
    sql.transaction(() => {
      for (const statement of step.statements) sql.exec(statement);
      sql.exec("INSERT INTO local_migration (id, checksum) VALUES (?1, ?2)", step.id, checksumOf(step));
    });
  }
}

export const checksumOf = (step: LocalMigration): string => {
  const text = step.statements.join(";\n");
  return `${stableHash(text).toString(16)}-${stableHash(`${text.length}:${text}`).toString(16)}`;
};

function refuseGapsAndDuplicates(steps: readonly LocalMigration[]): void {
  if (steps.length > LOCAL_STEPS_MAX) throw new LocalMigrationError("more steps than an actor may have");
  steps.forEach((step, index) => {
    if (step.id !== index + 1)
      throw new LocalMigrationError(`step ${step.id} stands where ${index + 1} belongs`);
  });
}

function refuseEdits(
  applied: readonly { id: number; checksum: string }[],
  steps: readonly LocalMigration[],
): void {
  applied.forEach(({ id, checksum }, index) => {
    const step = steps[index];
    if (step === undefined || step.id !== id)
      throw new LocalMigrationError(`step ${id} has run but the code does not know it`);
    if (checksumOf(step) !== checksum) throw new LocalMigrationError(`step ${id} was edited after it ran`);
  });
}
