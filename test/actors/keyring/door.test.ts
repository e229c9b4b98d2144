import { describe, expect, test } from "vitest";
import { parseCredential, parseKeyBody } from "../../../actors/keyring/messages.ts";
import { newKey, newTicket } from "../../../actors/keyring/secrets.ts";
import { sameDigest } from "../../../actors/keyring/verify.ts";
import { SCOPES } from "../../../src/contracts/endpoint.ts";
import { parseApiKey } from "../../../src/contracts/keys.ts";
import { TICKET_PATTERN } from "../../../src/contracts/tickets.ts";
import { sha256 } from "../../support/keyring-bench.ts";

describe("the door", () => {
  test.each([
    ['{"scopes":["admin"],"tenant":"t","expiresAt":1800000000000}', true],
    [`{"scopes":${JSON.stringify(SCOPES)}}`, true],
    ['{"scopes":[]}', false],
    ['{"scopes":["admin","admin"]}', false],
    ['{"scopes":["root"]}', false],
    ['{"scopes":"admin"}', false],
    ["{}", false],
    ['{"scopes":["admin"],"id":"x"}', false],
    ['{"scopes":["admin"],"tenant":"../x"}', false],
    ['{"scopes":["admin"],"expiresAt":"2030"}', false],
    ['{"scopes":["admin"],"expiresAt":1800000000}', false],
    ["null", false],
    ["", false],
  ])("a creation of %s", (body, taken) => {
    expect(parseKeyBody(body).ok).toBe(taken);
  });

  test("a ticket is made for a whole credential only", () => {
    const whole = { tenant: "t", subject: "s", scopes: ["admin" as const], expiresAt: 5 };
    expect(parseCredential(whole)).toEqual({ ok: true, value: whole });
    expect(parseCredential({ ...whole, scopes: ["all"] } as never)).toMatchObject({ ok: false });
    expect(parseCredential({ ...whole, tenant: "" })).toMatchObject({ ok: false });
  });

  test("keys are parsed by their exact form", () => {
    const secret = "A".repeat(43);
    expect(parseApiKey(`ok_abc_${secret}`)).toEqual({ id: "abc", secret });
    for (const text of [
      `ok_ABC_${secret}`,
      `ok_abc_${secret}A`,
      `ok_abc_${secret}\n`,
      ` ok_abc_${secret}`,
      `ok__${secret}`,
      `pk_abc_${secret}`,
      "",
      `ok_${"a".repeat(33)}_${secret}`,
    ])
      expect(parseApiKey(text)).toBeUndefined();
  });
});

describe("secrets", () => {
  test("are random, of the promised form, and digested", async () => {
    const keys = await Promise.all(Array.from({ length: 200 }, newKey));
    expect(new Set(keys.map(({ id }) => id)).size).toBe(200);
    expect(new Set(keys.map(({ secret }) => secret)).size).toBe(200);
    for (const { id, secret, digest } of keys) {
      expect(parseApiKey(`ok_${id}_${secret}`)).toEqual({ id, secret });
      expect(digest).toBe(sha256(secret));
    }
    const { ticket, digest } = await newTicket();
    expect(ticket).toMatch(TICKET_PATTERN);
    expect(digest).toBe(sha256(ticket));
  });

  test("digests are equal only as a whole", () => {
    const digest = sha256("x");
    expect(sameDigest(digest, digest)).toBe(true);
    for (let at = 0; at < 64; at++) {
      const other = `${digest.slice(0, at)}${digest[at] === "0" ? "1" : "0"}${digest.slice(at + 1)}`;
      expect(sameDigest(digest, other)).toBe(false);
    }
    expect(sameDigest("", "")).toBe(false);
    expect(sameDigest(digest.slice(1), digest.slice(1))).toBe(false);
    expect(sameDigest(digest.toUpperCase(), digest)).toBe(false);
  });
});
