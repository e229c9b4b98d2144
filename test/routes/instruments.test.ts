import { describe, expect, test } from "vitest";
import { answer } from "../../actors/runtime/reply.ts";
import { fakeEdge, listed } from "../support/fake-edge.ts";

const NIFTY = listed("XNSE:NIFTY", { aliases: { kite: "256265" } });

describe("an instrument by a broker's token", () => {
  const ask = async (query: string, aliased: unknown = answer(JSON.stringify(NIFTY))) => {
    const edge = await fakeEdge({ answers: { "instrumentDirectory.aliased": () => aliased } });
    const response = await edge.fetch("GET", `/v1/instruments?${query}`);
    const asked = edge.calls.filter(({ method }) => method === "aliased").map(({ args }) => args[1]);
    return { status: response.status, body: (await response.json()) as Record<string, unknown>, asked };
  };

  test("is a list of the one that it means, or of none", async () => {
    const alias = `alias=${encodeURIComponent("kite:256265")}`;
    expect(await ask(alias)).toEqual({
      ...{ status: 200, asked: ["kite:256265"], body: { items: [NIFTY], nextCursor: null, total: 1 } },
    });
    expect(await ask(alias, answer(null))).toMatchObject({ body: { items: [], nextCursor: null, total: 0 } });
  });

  test("may have a token with anything printable in it", async () => {
    const { asked } = await ask(`alias=${encodeURIComponent("upstox:NSE_INDEX|Nifty: 50")}`);
    expect(asked).toEqual(["upstox:NSE_INDEX|Nifty: 50"]);
  });

  test("is asked for on its own, by broker and token", async () => {
    for (const query of [
      "alias=kite",
      "alias=:1",
      "alias=kite:",
      "alias=kite:1&query=a",
      "alias=kite:1&type=index",
    ])
      expect(await ask(query)).toMatchObject({ status: 422, asked: [] });
  });

  test("is refused for now where the directory is of the version before, never answered with a whole list", async () => {
    const edge = await fakeEdge({
      answers: {
        "instrumentDirectory.aliased": () => {
          throw new TypeError('The RPC receiver does not implement the method "aliased".');
        },
      },
    });
    const response = await edge.fetch("GET", "/v1/instruments?alias=kite:1");
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: "dependency-unavailable" });
  });
});
