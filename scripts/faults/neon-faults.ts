/** Asks the local Neon server to fail: its `/faults`, open when the platform was started with NEON_FAULTS=1. */
import type { FaultPlan } from "../neon/faults.ts";

export type FaultCounts = { readonly dropped: number; readonly delayed: number };

export class NeonFaults {
  readonly #databaseUrl: () => string;

  /** The port may change with each start of the platform. */
  constructor(databaseUrl: () => string) {
    this.#databaseUrl = databaseUrl;
  }

  set(plan: FaultPlan): Promise<FaultCounts> {
    return this.#ask("PUT", JSON.stringify(plan));
  }

  end(): Promise<FaultCounts> {
    return this.#ask("DELETE");
  }

  counts(): Promise<FaultCounts> {
    return this.#ask("GET");
  }

  async #ask(method: string, body: string | null = null): Promise<FaultCounts> {
    const databaseUrl = this.#databaseUrl();
    const response = await fetch(`http://${new URL(databaseUrl).host}/faults`, {
      ...{ method, body },
      headers: { "Neon-Connection-String": databaseUrl },
    });
    if (!response.ok) throw new Error(`/faults answered ${response.status} ${await response.text()}`);
    // SAFETY: scripts/neon/http.ts answers this shape.
    return ((await response.json()) as { counts: FaultCounts }).counts;
  }
}
