import { describe, expect, test } from "vitest";
import { answer } from "../../actors/runtime/reply.ts";
import { SCOPES } from "../../src/contracts/endpoint.ts";
import { ACME_KEY, fakeEdge, keyOf, listed, ROOT_KEY } from "../support/fake-edge.ts";
import { AAPL, UDF_WORLD } from "../support/udf-world.ts";

const READER = keyOf("acme", "market:read");
const bodyOf = async (response: Response) => (await response.json()) as Record<string, unknown>;

describe("a key in the path", () => {
  const keyed = (key: string, rest = "/config") => `/udf/k/${key}${rest}`;

  test("opens every call that a header opens, and answers the same", async () => {
    for (const rest of [
      "/config",
      "/time",
      `/symbols?symbol=${AAPL}`,
      "/search?query=A",
      `/quotes?symbols=${AAPL}`,
    ]) {
      const { fetch } = await fakeEdge(UDF_WORLD);
      const [inPath, inHeader] = [
        await fetch("GET", keyed(READER, rest), { key: null }),
        await fetch("GET", `/udf${rest}`, { key: READER }),
      ];
      expect([rest, inPath.status]).toEqual([rest, 200]);
      expect(await inPath.text()).toBe(await inHeader.text());
    }
  });

  test.each([
    ACME_KEY,
    ROOT_KEY,
    ...SCOPES.filter((scope) => scope !== "market:read").map((scope) => keyOf("acme", scope)),
  ])("that may do more than read the market, or something else, is 403: %s", async (key) => {
    const edge = await fakeEdge();
    const response = await edge.fetch("GET", keyed(key), { key: null });
    expect(response.status).toBe(403);
    expect(await bodyOf(response)).toMatchObject({ code: "forbidden", s: "error" });
    expect(edge.calls).toEqual([]);
  });

  test.each([
    "",
    "x",
    "ok_nobody_short",
    `ok_nobody_${"s".repeat(43)}`,
    READER.slice(0, -1),
    `${READER}x`,
    "%00",
    "..%2f",
  ])("that is none is 401: %s", async (key) => {
    const edge = await fakeEdge();
    const response = await edge.fetch("GET", keyed(key), { key: null });
    expect(response.status).toBe(401);
    expect(edge.calls).toEqual([]);
  });

  test("is the credential of the call, whatever a header says beside it", async () => {
    const { fetch } = await fakeEdge();
    expect((await fetch("GET", keyed("x"), { key: ROOT_KEY })).status).toBe(401);
    expect((await fetch("GET", keyed(READER), { key: "x" })).status).toBe(200);
  });

  test("opens nothing but UDF", async () => {
    const { fetch } = await fakeEdge();
    for (const rest of ["", "/", "/nothing", "/v1/keys", "/../../v1/keys", "//v1/keys", "/k/x/config"])
      expect([rest, (await fetch("GET", keyed(READER, rest), { key: null })).status].join()).toMatch(
        /,40[14]$/,
      );
    expect((await fetch("POST", keyed(READER), { key: null })).status).toBe(405);
  });

  test("stands in no log line, no reply and no message to an actor", async () => {
    const secret = "s".repeat(43);
    for (const rest of [
      "/config",
      "/nothing",
      "/symbols",
      "/symbols?symbol=NONE",
      `/quotes?symbols=${AAPL}`,
      "",
      "/symbols?symbol=CRASH",
    ]) {
      for (const key of [READER, ACME_KEY, `ok_nobody_${secret}`]) {
        const edge = await fakeEdge({
          answers: {
            ...UDF_WORLD.answers,
            "instrumentDirectory.named": (_envelope: unknown, names: string[]) =>
              answer(names.map((name) => (name === "CRASH" ? "no JSON" : JSON.stringify(listed(AAPL))))),
          },
        });
        const response = await edge.fetch("GET", keyed(key, rest), { key: null });
        const told = JSON.stringify([edge.log, edge.calls, [...response.headers], await response.text()]);
        expect(told).not.toContain(secret);
        expect(edge.log.filter(({ event }) => event === "request")).toHaveLength(1);
      }
    }
  });

  test("can be used from a page of a listed origin", async () => {
    const origin = "https://desk.example";
    const { fetch } = await fakeEdge({ corsOrigins: [origin] });
    for (const [key, status] of [
      [READER, 200],
      ["x", 401],
    ] as const) {
      const response = await fetch("GET", keyed(key), { key: null, headers: { origin } });
      expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([
        status,
        origin,
      ]);
    }
  });
});
