/** The gateways of `/v1/stream` at the edge: who is sent where, what is tried again, and how one is drained. */
import { describe, expect, test } from "vitest";
import { answer, overloaded, refusal } from "../../actors/runtime/reply.ts";
import { type Answers, type FakeEdge, fakeEdge, keyOf } from "../support/fake-edge.ts";

const UPGRADE = { upgrade: "websocket", connection: "Upgrade", "sec-websocket-version": "13" };
const SESSION = `g-7.${"0123456789abcdef".repeat(2)}`;
const ITEM = '{"gateway":"g-2"}';

const open = (edge: FakeEdge, query = "") => edge.fetch("GET", `/v1/stream${query}`, { headers: UPGRADE });
const wishes = (edge: FakeEdge) =>
  edge.calls.filter(({ method }) => method === "assign").map(({ args }) => args[1]);
const asked = (edge: FakeEdge) => edge.calls.map(({ actor, method }) => `${actor}.${method}`);
/** A directory that names one gateway after the other. */
const naming = (...gateways: string[]): Answers => ({
  "gatewayDirectory.assign": () => answer(gateways.shift() ?? "g-9"),
});
const full = () => Response.json(overloaded(5_000, "too many connections"), { status: 503 });

describe("a connection", () => {
  test("goes to the gateway that the directory names", async () => {
    const edge = await fakeEdge({ answers: naming("g-3") });
    expect((await open(edge)).status).toBe(101);
    expect(asked(edge)).toEqual(["gatewayDirectory.assign", "gateway:g-3.socket"]);
  });

  test("with a session names the gateway that keeps it", async () => {
    const edge = await fakeEdge();
    await open(edge, `?session=${SESSION}`);
    expect(wishes(edge)).toEqual([{ keptBy: "g-7", except: [] }]);
  });

  test.each(["g-7", "g-0.0123456789abcdef0123456789abcdef", "g-7.x", `G${SESSION.slice(1)}`])(
    "with what is no session, %s, is refused before anybody is asked",
    async (session) => {
      const edge = await fakeEdge();
      const response = await open(edge, `?session=${session}`);
      expect([response.status, edge.calls]).toEqual([422, []]);
    },
  );

  test("that a full gateway refuses is sent to another, three times at most", async () => {
    let left = 2;
    const edge = await fakeEdge({
      answers: naming("g-1", "g-2", "g-3"),
      socket: () => (left-- > 0 ? full() : (undefined as never)),
    });
    expect((await open(edge)).status).toBe(101);
    expect(wishes(edge).at(-1)).toEqual({ keptBy: undefined, except: ["g-1", "g-2"] });

    const hopeless = await fakeEdge({ answers: naming("g-1", "g-2", "g-3"), socket: full });
    const response = await open(hopeless);
    expect([response.status, wishes(hopeless).length]).toEqual([503, 3]);
    expect(await response.json()).toMatchObject({ code: "overloaded" });
  });

  test("that a gateway refuses for another reason is not tried elsewhere", async () => {
    const edge = await fakeEdge({
      socket: () => Response.json(refusal("actor-fenced"), { status: 503 }),
    });
    expect((await open(edge)).status).toBe(503);
    expect(wishes(edge)).toHaveLength(1);
  });

  test("without market:read is forbidden, without an upgrade told that this is a WebSocket", async () => {
    const edge = await fakeEdge();
    const forbidden = await edge.fetch("GET", "/v1/stream", {
      headers: UPGRADE,
      key: keyOf("acme", "risk:read"),
    });
    expect([forbidden.status, (await edge.fetch("GET", "/v1/stream")).status]).toEqual([403, 426]);
    expect(edge.calls).toEqual([]);
  });
});

describe("an operator", () => {
  test("lists gateways and adds one", async () => {
    const edge = await fakeEdge({
      answers: {
        "gatewayDirectory.list": () => answer({ items: [ITEM], total: 1 }),
        "gatewayDirectory.add": () => answer(ITEM),
      },
    });
    const list = await edge.fetch("GET", "/v1/gateways?limit=5");
    expect(await list.json()).toEqual({ items: [JSON.parse(ITEM)], nextCursor: null, total: 1 });
    const added = await edge.fetch("POST", "/v1/gateways");
    expect([added.status, await added.text()]).toEqual([201, ITEM]);
  });

  test("that drains a gateway has the directory know it first", async () => {
    const edge = await fakeEdge({
      answers: {
        "gatewayDirectory.drain": () => answer(ITEM),
        "gateway.drain": () => answer(null),
      },
    });
    const response = await edge.fetch("POST", "/v1/gateways/g-2/drain", { json: { inMs: 100, keep: true } });
    expect([response.status, await response.text()]).toEqual([200, ITEM]);
    expect(asked(edge)).toEqual(["gatewayDirectory.drain", "gateway/g-2.drain"]);
    expect(edge.calls[0]?.args.slice(1)).toEqual(["g-2", true]);
    expect(edge.calls[1]?.args[1]).toEqual({ inMs: 100, keep: true });
  });

  test("that drains a gateway needs no body", async () => {
    const edge = await fakeEdge({
      answers: { "gatewayDirectory.drain": () => answer(ITEM), "gateway.drain": () => answer(null) },
    });
    expect((await edge.fetch("POST", "/v1/gateways/g-2/drain")).status).toBe(200);
  });

  test("that drains one that is not there addresses no gateway", async () => {
    const edge = await fakeEdge({ answers: { "gatewayDirectory.drain": () => refusal("not-found") } });
    const response = await edge.fetch("POST", "/v1/gateways/g-404/drain", { json: {} });
    expect([response.status, asked(edge)]).toEqual([404, ["gatewayDirectory.drain"]]);
  });

  test.each([[{ inMs: -1 }], [{ inMs: 60_001 }], [{ inMs: 1.5 }], [{ keep: "yes" }], [{ other: 1 }]])(
    "cannot drain with %j",
    async (json) => {
      const edge = await fakeEdge();
      const response = await edge.fetch("POST", "/v1/gateways/g-2/drain", { json });
      expect([response.status, edge.calls]).toEqual([422, []]);
    },
  );
});
