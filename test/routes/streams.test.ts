/** WebSockets at the edge: who may open one, in which order that is refused, and what the actor gets. */
import { describe, expect, test } from "vitest";
import type { Credential } from "../../actors/keyring/messages.ts";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { type FakeEdge, type FakeRequest, fakeEdge, keyOf, OTHER_KEY } from "../support/fake-edge.ts";

const STREAMS = [
  ["/v1/symbols/BINANCE:BTCUSDT/stream", "market:read", "symbol:BINANCE:BTCUSDT"],
  ["/v1/accounts/main/stream", "risk:trade", "risk-shard:acme/main"],
  ["/v1/strategies/carry/stream", "strategy:read", "strategy:acme/carry"],
  ["/v1/labels/stream", "market:read", "label-book:acme"],
  ["/v1/stream", "market:read", "gateway:g-1"],
] as const;
const ACCOUNT = STREAMS[1][0];
const UPGRADE = { upgrade: "websocket", connection: "Upgrade", "sec-websocket-version": "13" };
const TICKET = "0123456789abcdef0123456789abcdef";
const TICKET_OFFER = `outcry.v1, ticket.${TICKET}`;
const ACME: Credential = { tenant: "acme", subject: "acme", scopes: ["risk:trade"] };

const open = (edge: FakeEdge, path: string, headers: Record<string, string> = {}, rest: FakeRequest = {}) =>
  edge.fetch("GET", path, { ...rest, headers: { ...UPGRADE, ...headers } });
const told = async (response: Response): Promise<string> =>
  response.status === 101
    ? "101"
    : `${response.status} ${((await response.json()) as { code: string }).code}`;
const sockets = (edge: FakeEdge) => edge.calls.filter(({ method }) => method === "socket");
const handshakes = (edge: FakeEdge) => sockets(edge).map(({ args }) => args[0] as Request);

describe("an upgrade", () => {
  test.each(STREAMS)("%s goes to its actor, whose 101 comes back as it is", async (path, _scope, actor) => {
    const edge = await fakeEdge();
    const response = await open(edge, path);
    expect(response.status).toBe(101);
    expect(sockets(edge).map((call) => call.actor)).toEqual([actor]);
  });

  test("the actor hears who asks from the edge, and nothing of what the client sent", async () => {
    const edge = await fakeEdge();
    await open(edge, ACCOUNT, {
      "x-outcry-socket": '{"credential":{"tenant":"other"}}',
      "x-request-id": "mine",
      cookie: "a=b",
      "sec-websocket-protocol": "other, outcry.v1",
    });
    const [handshake] = handshakes(edge);
    const { "x-outcry-socket": who, ...headers } = Object.fromEntries(handshake!.headers);
    expect(JSON.parse(who!)).toMatchObject({
      envelope: { requestId: "mine", principal: { tenant: "acme", subject: "acme" } },
      credential: { tenant: "acme", subject: "acme" },
    });
    expect(headers).toEqual({ upgrade: "websocket", "sec-websocket-protocol": "outcry.v1" });
  });

  test("the protocol is answered only where it was offered", async () => {
    const edge = await fakeEdge();
    await open(edge, ACCOUNT, { "sec-websocket-protocol": "chat" });
    expect(handshakes(edge)[0]!.headers.has("sec-websocket-protocol")).toBe(false);
  });

  test("leaves one line in the log, with the declared path and who asked", async () => {
    const edge = await fakeEdge();
    await open(edge, ACCOUNT);
    expect(edge.log).toMatchObject([
      {
        event: "request",
        fields: { route: "/v1/accounts/{account}/stream", status: 101, tenant: "acme", subject: "acme" },
      },
    ]);
  });

  test("what the actor refuses is a problem like any other", async () => {
    const refused = { code: "overloaded", detail: "1,000 sockets are open", retryAfterMs: 5_000 };
    const edge = await fakeEdge({ socket: () => Response.json(refused, { status: 503 }) });
    const response = await open(edge, ACCOUNT);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThanOrEqual(5);
    expect(await response.json()).toMatchObject({
      status: 503,
      ...{ code: "overloaded", detail: refused.detail },
    });
  });

  test.each([
    ["no JSON", () => new Response("no", { status: 500 })],
    ["a code that nobody knows", () => Response.json({ code: "made-up" })],
    ["nothing", () => new Response(null)],
  ])("an actor that answers %s is a dependency that failed", async (_name, socket) => {
    expect(await told(await open(await fakeEdge({ socket }), ACCOUNT))).toBe("503 dependency-unavailable");
  });

  test("an actor that throws leaves the outcome unknown; one that is flooded says so", async () => {
    const throwing = (error: object) => () => {
      throw error;
    };
    const lost = await fakeEdge({ socket: throwing(new Error("gone")) });
    expect(await told(await open(lost, ACCOUNT))).toBe("503 outcome-unknown");
    const flooded = await fakeEdge({ socket: throwing(Object.assign(new Error("x"), { overloaded: true })) });
    expect(await told(await open(flooded, ACCOUNT))).toBe("503 overloaded");
  });
});

describe("the order of refusals", () => {
  /** Everything that can be wrong is; then one thing after the other is put right. */
  const wrong = { path: "/v1/accounts/none/stream", key: null, origin: "https://evil.example", upgrade: "" };
  test.each([
    ["no credential", wrong, "401 unauthenticated"],
    ["no scope", { ...wrong, key: keyOf("acme", "market:read") }, "403 forbidden"],
    ["a foreign origin", { ...wrong, key: undefined }, "403 origin-forbidden"],
    ["no upgrade", { ...wrong, key: undefined, origin: undefined }, "426 upgrade-required"],
    [
      "nothing there",
      { ...wrong, key: undefined, origin: undefined, upgrade: "websocket" },
      "404 account-unknown",
    ],
  ])("%s", async (_name, { path, key, origin, upgrade }, expected) => {
    const edge = await fakeEdge();
    const headers = {
      ...(origin === undefined ? {} : { origin }),
      ...(upgrade === "" ? {} : { upgrade }),
    };
    const response = await edge.fetch("GET", path, { headers, ...(key === undefined ? {} : { key }) });
    expect(await told(response)).toBe(expected);
    expect(sockets(edge)).toEqual([]);
  });

  test("a 426 says to what", async () => {
    const response = await (await fakeEdge()).fetch("GET", ACCOUNT);
    expect([response.status, response.headers.get("upgrade")]).toEqual([426, "websocket"]);
  });

  test.each(["HEAD", "POST"])("%s is no upgrade", async (method) => {
    const edge = await fakeEdge();
    const response = await edge.fetch(method, ACCOUNT, { headers: UPGRADE });
    expect(response.status).toBe(method === "HEAD" ? 426 : 405);
    expect(sockets(edge)).toEqual([]);
  });

  test.each([
    ["/v1/symbols/btc/stream", "422 symbol-format"],
    ["/v1/symbols/X:NONE/stream", "404 symbol-unknown"],
    ["/v1/accounts/-/stream", "422 id-format"],
    ["/v1/accounts/none/stream", "404 account-unknown"],
    ["/v1/strategies/none/stream", "404 strategy-unknown"],
  ])("%s is %s, and no object is addressed", async (path, expected) => {
    const edge = await fakeEdge();
    expect(await told(await open(edge, path))).toBe(expected);
    expect(sockets(edge)).toEqual([]);
  });
});

describe("another tenant", () => {
  test("finds nothing where this one has an account and a strategy", async () => {
    const edge = await fakeEdge({
      answers: {
        "tenantDirectory.hasAccount": ({ principal }: { principal: { tenant: string } }) =>
          answer(principal.tenant === "acme"),
        "tenantDirectory.accountOf": ({ principal }: { principal: { tenant: string } }) =>
          principal.tenant === "acme" ? answer("main") : refusal("strategy-unknown"),
      },
    });
    for (const [path, , actor] of STREAMS.slice(1, 3)) {
      expect(await told(await open(edge, path))).toBe("101");
      expect((await open(edge, path, {}, { key: OTHER_KEY })).status).toBe(404);
      expect(sockets(edge).filter((call) => call.actor === actor)).toHaveLength(1);
    }
  });

  test("listens to its own labels", async () => {
    const edge = await fakeEdge();
    await open(edge, STREAMS[3][0], {}, { key: OTHER_KEY });
    expect(sockets(edge).map((call) => call.actor)).toEqual(["label-book:other"]);
  });
});

describe("a ticket", () => {
  const withTicket = (credential: Credential | undefined) => {
    const left = new Map([[TICKET, credential]]);
    return fakeEdge({
      answers: {
        "keyring.redeem": (_envelope: unknown, ticket: string) => {
          const held = left.get(ticket);
          left.delete(ticket);
          return held === undefined ? refusal("unauthenticated") : answer(held);
        },
      },
    });
  };
  const byTicket = (edge: FakeEdge, path: string, offered = TICKET_OFFER) =>
    open(edge, path, { "sec-websocket-protocol": offered }, { key: null });

  test("opens one socket, and is nothing the second time", async () => {
    const edge = await withTicket(ACME);
    expect(await told(await byTicket(edge, ACCOUNT))).toBe("101");
    expect(await told(await byTicket(edge, ACCOUNT))).toBe("401 unauthenticated");
    expect(sockets(edge)).toHaveLength(1);
  });

  test("stays at the edge: the actor hears of its credential alone", async () => {
    const edge = await withTicket(ACME);
    await byTicket(edge, ACCOUNT);
    expect(JSON.stringify([...handshakes(edge)[0]!.headers])).not.toContain(TICKET);
    expect(JSON.parse(handshakes(edge)[0]!.headers.get("x-outcry-socket")!)).toMatchObject({
      credential: ACME,
      envelope: { principal: { tenant: "acme", subject: "acme" } },
    });
  });

  test("has no more rights than its credential", async () => {
    const edge = await withTicket({ ...ACME, scopes: ["market:read"] });
    expect(await told(await byTicket(edge, ACCOUNT))).toBe("403 forbidden");
  });

  test.each([
    ["that is none", "outcry.v1, ticket.abc"],
    ["that comes twice", `outcry.v1, ticket.${TICKET}, ticket.${TICKET}`],
    ["that was never made", `outcry.v1, ticket.${"f".repeat(32)}`],
    ["in capitals", `outcry.v1, ticket.${TICKET.toUpperCase()}`],
    ["under another name", `outcry.v1, Ticket.${TICKET}`],
  ])("%s opens nothing", async (_name, offered) => {
    const edge = await withTicket(ACME);
    expect(await told(await byTicket(edge, ACCOUNT, offered))).toBe("401 unauthenticated");
  });

  test("is no credential in the address, as a bearer token, or of a call that is no stream", async () => {
    const edge = await withTicket(ACME);
    const spoken = { "sec-websocket-protocol": TICKET_OFFER };
    expect(await told(await open(edge, `${ACCOUNT}?ticket=${TICKET}`, {}, { key: null }))).toBe(
      "401 unauthenticated",
    );
    expect(await told(await open(edge, ACCOUNT, {}, { key: TICKET }))).toBe("401 unauthenticated");
    expect(await told(await open(edge, "/v1/accounts/main", spoken, { key: null }))).toBe(
      "401 unauthenticated",
    );
    expect(edge.calls.some(({ method }) => method === "redeem")).toBe(false);
  });

  test("beside a credential is left unused", async () => {
    const edge = await withTicket(ACME);
    await open(edge, ACCOUNT, { "sec-websocket-protocol": TICKET_OFFER });
    expect(await told(await byTicket(edge, ACCOUNT))).toBe("101");
  });

  test("that cannot be checked now is not called wrong", async () => {
    const edge = await fakeEdge({
      answers: { "keyring.redeem": () => Promise.reject(new Error("away")) },
    });
    expect(await told(await byTicket(edge, ACCOUNT))).toBe("503 dependency-unavailable");
  });
});

describe("an origin", () => {
  const from = async (origin: string, corsOrigins: readonly string[] = ["https://desk.example"]) =>
    told(await open(await fakeEdge({ corsOrigins }), ACCOUNT, { origin }));

  test.each([
    ["http://outcry.test", "101"],
    ["https://outcry.test", "101"],
    ["https://desk.example", "101"],
    ["https://desk.example:8443", "403 origin-forbidden"],
    ["http://desk.example", "403 origin-forbidden"],
    ["http://outcry.test:81", "403 origin-forbidden"],
    ["http://outcry.test.evil.example", "403 origin-forbidden"],
    ["null", "403 origin-forbidden"],
    ["", "403 origin-forbidden"],
  ])("%s: %s", async (origin, expected) => {
    expect(await from(origin)).toBe(expected);
  });

  test("is looked at where no other may call, too", async () => {
    expect(await from("https://desk.example", [])).toBe("403 origin-forbidden");
  });
});
