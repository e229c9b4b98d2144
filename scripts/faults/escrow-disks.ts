/** Quotas as they stand on the disks of a platform that was killed, read by SQL of its own before anybody has started again. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ObjectFiles } from "./object-files.ts";

/** By budget: money in 10⁻¹² of the currency, counts as they are. */
export type DiskAmounts = ReadonlyMap<string, bigint>;

/** What a firm or desk has granted, by child; undefined where its disk has nothing yet. */
export function grantedOnDisk(data: string, node: string): ReadonlyMap<string, DiskAmounts> {
  const rows = rowsOf(data, "Firm", node, "SELECT child, body FROM child");
  return new Map(rows.map(({ child, body }) => [String(child), amountsIn(JSON.parse(String(body)).granted)]));
}

/** What a desk holds itself. */
export const heldByDesk = (data: string, node: string): DiskAmounts =>
  heldIn(data, "Firm", node, "SELECT body FROM holding");

/** What an account holds. */
export const heldByAccount = (data: string, account: string): DiskAmounts =>
  heldIn(data, "RiskShard", account, "SELECT payload AS body FROM above WHERE part = 'holding'");

/** Whether an object has ever written: it is made with the first call that it gets, and its tables after that. */
export function isOnDisk(data: string, className: string, name: string): boolean {
  if (!ObjectFiles.has(data, className, name)) return false;
  const sql = "SELECT name FROM sqlite_schema WHERE name IN ('child', 'above')";
  return rowsOf(data, className, name, sql).length > 0;
}

/** What a shard of an account holds, and of whom: that changes as the account is split and merged. Undefined where its disk has no such row. */
export function holdingOnDisk(
  data: string,
  shard: string,
): { readonly parent: string; readonly held: DiskAmounts } | undefined {
  const [row] = rowsOf(data, "RiskShard", shard, "SELECT payload FROM above WHERE part = 'holding'");
  if (row === undefined) return undefined;
  const { parent, held } = JSON.parse(String(row.payload));
  return { parent: String(parent), held: amountsIn(held) };
}

function heldIn(data: string, className: string, name: string, sql: string): DiskAmounts {
  const [row] = rowsOf(data, className, name, sql);
  return amountsIn(row === undefined ? {} : JSON.parse(String(row.body)).held);
}

const amountsIn = (amounts: Readonly<Record<string, string>>): DiskAmounts =>
  new Map(Object.entries(amounts).map(([budget, amount]) => [budget, BigInt(amount)]));

/** Of a copy: what reads a log that was left behind also tidies it up, which is the platform's to do. */
function rowsOf(data: string, className: string, name: string, sql: string): Record<string, unknown>[] {
  const folder = mkdtempSync(join(tmpdir(), "outcry-disk-"));
  try {
    new ObjectFiles(data, className, name).copyTo(folder);
    if (!existsSync(join(folder, "copy"))) return [];
    const database = new DatabaseSync(join(folder, "copy"));
    const rows = database.prepare(sql).all();
    database.close();
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
