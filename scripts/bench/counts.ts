/** What the platform has counted of one kind of actor, once all of a known number of commands is in it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Platform } from "./platform.ts";

/** Actors report what they count once they fall silent, and shards ask every ten seconds. */
const COUNTED_MS = 1_000;
const COUNTED_TRIES_MAX = 60;

export type Counted = { readonly [Name in "written" | "read" | "timers" | "commands"]: number };

export async function countedOf(platform: Platform, actorKind: string, commands: number): Promise<Counted> {
  for (let attempt = 0; attempt < COUNTED_TRIES_MAX; attempt++) {
    const text = await platform.metrics();
    const sum = (name: string) => sumOf(text, name, actorKind);
    const counted = {
      written: sum("outcry_storage_rows_written_total"),
      read: sum("outcry_storage_rows_read_total"),
      timers: sum("outcry_timers"),
      commands: sum("outcry_commands_total"),
    };
    if (counted.commands >= commands) return counted;
    await sleep(COUNTED_MS);
  }
  throw new Error(`bench: the counts of ${actorKind} did not arrive`);
}

const sumOf = (text: string, name: string, actorKind: string): number =>
  text
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) && line.includes(`actor_kind="${actorKind}"`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
