/** A keyring over a disk in memory, with secrets that a test can name. */
import { createHash } from "node:crypto";
import { KeyringStore, MIGRATIONS } from "../../actors/keyring/store.ts";
import { KeyringTurns } from "../../actors/keyring/turns.ts";
import { type KeyBody, type NewKeyReply, newKeyReply } from "../../src/contracts/keys.ts";
import { TurnBench } from "./turn-bench.ts";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
export const ADMIN = { tenant: "acme", subject: "boss" };
export const OTHER = { tenant: "zeta", subject: "boss" };
export const ROOT = { tenant: "default", subject: "root" };

export class KeyringBench extends TurnBench<KeyringStore, KeyringTurns> {
  #made = 0;

  constructor() {
    super(MIGRATIONS, (sql, surroundings) => {
      const store = new KeyringStore(sql);
      return { store, turns: new KeyringTurns(store, surroundings) };
    });
  }

  createTurn(body: KeyBody, caller = ADMIN, attempt?: { key: string; bodyHash: string }) {
    const number = String(this.#made++).padStart(4, "0");
    const secret = `secret-${number}`.padEnd(43, "x");
    const made = { id: `00000000000a${number}`, secret, digest: sha256(secret) };
    return this.turns.create(made, body, caller, attempt);
  }

  create(
    body: KeyBody = { scopes: ["market:read"] },
    caller = ADMIN,
    attempt?: { key: string; bodyHash: string },
  ) {
    return this.run(this.createTurn(body, caller, attempt));
  }

  /** The reply of a creation that must succeed. */
  made(body?: KeyBody, caller = ADMIN): NewKeyReply {
    const reply = this.create(body, caller);
    if (!reply.ok) throw new Error(reply.code);
    return newKeyReply.parse(JSON.parse(reply.value));
  }

  verify(key: NewKeyReply) {
    return this.turns.verify(key.id, sha256(key.key.slice(`ok_${key.id}_`.length)));
  }

  issue(ticket: string, subject = "boss", tenant = "acme", expiresAt?: number) {
    const credential = {
      tenant,
      subject,
      scopes: ["market:read" as const],
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    return this.run(this.turns.issue({ ticket, digest: sha256(ticket) }, credential));
  }

  redeem(ticket: string) {
    return this.run(this.turns.redeem(sha256(ticket)));
  }
}
