import { describe, expect, test } from "vitest";
import type { BrokerWork } from "../../actors/risk-shard/messages.ts";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { fakeEdge } from "../support/fake-edge.ts";

const AT = "/v1/accounts/main";
const IMPORT = { id: "book", positions: [{ symbol: "XNAS:AAPL", qty: "1", avgPrice: "2" }] };
const BOOK = { asOf: 1_723_075_200_000, positions: [] };
const RESOLVE = { accept: [1], reason: "r", by: "s" };
type Case = readonly [method: string, path: string, json: object | undefined, work: BrokerWork];
const CALLS: readonly Case[] = [
  ["POST", `${AT}/import`, IMPORT, { type: "import", body: JSON.stringify(IMPORT) }],
  ["POST", `${AT}/reconcile`, BOOK, { type: "reconcile", body: JSON.stringify(BOOK) }],
  ["GET", `${AT}/reconcile/r9`, undefined, { type: "find", id: "r9" }],
  [
    "POST",
    `${AT}/reconcile/r9/resolve`,
    RESOLVE,
    { type: "resolve", id: "r9", body: JSON.stringify(RESOLVE) },
  ],
];
const given = (json: object | undefined) => (json === undefined ? {} : { json });

describe("an account beside its broker", () => {
  test.each(CALLS)("%s %s is asked of the account, as it came", async (method, path, json, work) => {
    const edge = await fakeEdge({ answers: { "riskShard.broker": () => answer('{"told":true}') } });
    const response = await edge.fetch(method, path, given(json));
    expect([response.status, await response.json()]).toEqual([200, { told: true }]);
    const last = edge.calls.at(-1);
    expect(`${last?.actor} ${last?.method}`).toBe("riskShard/acme/main broker");
    expect(last?.args.at(-1)).toEqual(work);
  });

  test.each(CALLS)(
    "%s %s of an object of the version before comes again later",
    async (method, path, json) => {
      const missing = () => {
        throw new TypeError('The RPC receiver does not implement "broker".');
      };
      const edge = await fakeEdge({ answers: { "riskShard.broker": missing } });
      const response = await edge.fetch(method, path, given(json));
      expect([response.status, response.headers.has("retry-after")]).toEqual([503, true]);
    },
  );

  test.each([
    ["import-not-flat", 409],
    ["reconcile-outdated", 409],
    ["reconcile-unresolvable", 409],
    ["reconcile-unknown", 404],
    ["price-missing", 409],
    ["order-id-reused", 409],
    ["principal-mismatch", 422],
  ] as const)("%s is a %i", async (code, status) => {
    const edge = await fakeEdge({ answers: { "riskShard.broker": () => refusal(code) } });
    expect((await edge.fetch("POST", `${AT}/reconcile/r9/resolve`, { json: RESOLVE })).status).toBe(status);
  });

  test.each([
    ["an unknown field", `${AT}/import`, { ...IMPORT, more: 1 }],
    ["an id twice", `${AT}/import`, { ...IMPORT, positions: [...IMPORT.positions, ...IMPORT.positions] }],
    [
      "a quantity of zero",
      `${AT}/import`,
      { id: "b", positions: [{ symbol: "XNAS:AAPL", qty: "0", avgPrice: "1" }] },
    ],
    [
      "a market order with a price",
      `${AT}/import`,
      {
        ...IMPORT,
        orders: [
          { clientOrderId: "a", symbol: "XNAS:AAPL", side: "buy", type: "market", qty: "1", price: "2" },
        ],
      },
    ],
    ["no moment", `${AT}/reconcile`, { positions: [] }],
    [
      "a symbol twice",
      `${AT}/reconcile`,
      {
        ...BOOK,
        positions: [
          { symbol: "XNAS:AAPL", qty: "1" },
          { symbol: "XNAS:AAPL", qty: "2" },
        ],
      },
    ],
    ["nothing accepted", `${AT}/reconcile/r9/resolve`, { ...RESOLVE, accept: [] }],
    ["no reason", `${AT}/reconcile/r9/resolve`, { ...RESOLVE, reason: "" }],
  ])("with %s no account is asked", async (_title, path, json) => {
    const edge = await fakeEdge();
    expect((await edge.fetch("POST", path, { json })).status).toBe(422);
    expect(edge.calls.filter(({ actor }) => actor.startsWith("riskShard"))).toEqual([]);
  });
});
