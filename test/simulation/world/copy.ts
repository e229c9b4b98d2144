/** One copy of an object: its disk, and its activation while it is in memory. Normally there is one; a stale twin is a second. */
import type { Disk } from "./disk.ts";

export type Kind = string;
/** What the shells' classes look like from outside. */
export type Shell = Readonly<Record<string, (...given: unknown[]) => unknown>>;
export type ShellClass = new (ctx: unknown, env: unknown) => Shell;

export type Activation = {
  readonly copy: Copy;
  readonly number: number;
  isAlive: boolean;
  shell?: Shell;
  /** Calls that have come and are not answered: what to do when the object dies. */
  readonly incoming: Set<(error: Error) => void>;
};

export type Copy = {
  readonly kind: Kind;
  readonly name: string;
  /** `<kind>:<name>`, and of a twin an apostrophe. */
  readonly label: string;
  readonly disk: Disk;
  readonly isTwin: boolean;
  activation: Activation | undefined;
  /** Its clock is ahead of the true one by this. */
  skewMs: number;
  fullUntil: number;
  /** Whoever waits until what is pending now is durable. */
  readonly waiting: (() => void)[];
  flushes: number;
  alarmTries: number;
};
