/** Firms and desks at the edge: what is refused before anybody is asked, and who is asked. */
import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { fakeEdge, KNOWN_DESK, KNOWN_FIRM, tried } from "../support/fake-edge.ts";

const GROSS = { id: "gross", kind: "max-gross-exposure", threshold: "1000" };
const limits = (...list: object[]) =>
  tried("PUT", `/v1/firms/${KNOWN_FIRM}/limits`, { json: { limits: list } });
const put = (json: object) => tried("PUT", `/v1/desks/${KNOWN_DESK}`, { json });

describe("a firm or desk", () => {
  test("is noted by the directory before its object is called, with its body as it came", async () => {
    const edge = await fakeEdge();
    const body = '{"currency":"USD", "parent":"acme"}';
    const headers = { "content-type": "application/json" };
    const response = await edge.fetch("PUT", "/v1/desks/new", { body, headers });
    expect(response.status).toBe(200);
    expect(edge.calls.map(({ actor, method }) => `${actor} ${method}`)).toEqual([
      ...["tenantDirectory/acme admitNode", "firm/acme/new put"],
    ]);
    expect(edge.calls.map(({ args }) => args.slice(1))).toEqual([
      [{ kind: "desk", id: "new", parent: "acme" }],
      ["desk", body],
    ]);
  });

  test("that the directory refuses is never called", async () => {
    const edge = await fakeEdge({ answers: { "tenantDirectory.admitNode": () => refusal("parent-cycle") } });
    const response = await edge.fetch("PUT", "/v1/desks/new", { json: { currency: "USD", parent: "acme" } });
    expect([response.status, edge.calls.length]).toEqual([422, 1]);
  });

  test.each([
    ["GET", `/v1/firms/${KNOWN_DESK}`, "404 firm-unknown"],
    ["GET", `/v1/desks/${KNOWN_FIRM}/quota`, "404 desk-unknown"],
    ["GET", "/v1/desks/nobody/limits", "404 desk-unknown"],
  ])("that nobody knows is not called: %s %s", async (method, path, told) => {
    expect(await tried(method, path, {})).toMatchObject({ told, asked: ["hasNode"] });
  });

  test("that is known is not asked about again", async () => {
    const edge = await fakeEdge();
    for (let each = 0; each < 2; each++) await edge.fetch("GET", `/v1/firms/${KNOWN_FIRM}`);
    expect(edge.calls.map(({ method }) => method)).toEqual(["hasNode", "node", "node"]);
  });

  test.each([
    [{ currency: "USD" }, "invalid", "parent required"],
    [{ currency: "usd", parent: "f" }, "currency-unsupported", "currency currency-unsupported"],
    [{ currency: "USD", parent: "a b" }, "id-format", "parent id-format"],
    [{ currency: "USD", parent: "f", policy: "fair" }, "field-combination", "policy field-combination"],
    [{ currency: "USD", parent: "f", reserve: "51" }, "range", "reserve range"],
    [{ currency: "USD", parent: "f", reserve: "-1" }, "invalid", "reserve negative"],
    [{ currency: "USD", parent: "f", reserve: "0.00001" }, "scale-exceeded", "reserve scale-exceeded"],
    [{ currency: "USD", parent: "f", priority: 0 }, "range", "priority range"],
    [{ currency: "USD", parent: "f", priority: 1.5 }, "type", "priority type"],
    [{ currency: "USD", parent: "f", colour: 1 }, "unknown-field", "colour unknown-field"],
  ])("put with %j is refused %s, and nobody is asked", async (json, code, fault) => {
    const { told, errors, asked } = await put(json);
    expect([told, asked]).toEqual([`422 ${code}`, []]);
    expect(errors?.map((error) => `${error.path} ${error.code}`)).toContain(fault);
  });

  test("a firm has no parent", async () => {
    const json = { currency: "USD", parent: "other" };
    expect(await tried("PUT", `/v1/firms/${KNOWN_FIRM}`, { json })).toMatchObject({
      ...{ told: "422 unknown-field", asked: [] },
    });
  });
});

describe("limits of a firm", () => {
  test.each([
    [{ ...GROSS, kind: "max-leverage" }, "limit-unsupported", "limits.0.kind limit-unsupported"],
    [{ ...GROSS, threshold: "-1" }, "field-combination", "limits.0.threshold field-combination"],
    [{ ...GROSS, threshold: "0.1234567890123" }, "scale-exceeded", "limits.0.threshold scale-exceeded"],
    [{ ...GROSS, threshold: "1e5" }, "number-format", "limits.0.threshold number-format"],
    [{ ...GROSS, windowMs: 5 }, "field-combination", "limits.0.windowMs field-combination"],
    [{ ...GROSS, kind: "max-order-rate" }, "field-combination", "limits.0.windowMs field-combination"],
    [
      { ...GROSS, kind: "max-order-rate", windowMs: 5, threshold: "1.5" },
      "scale-exceeded",
      "limits.0.threshold scale-exceeded",
    ],
    [
      { ...GROSS, kind: "max-order-rate", windowMs: 5, action: "reduce" },
      "field-combination",
      "limits.0.action field-combination",
    ],
    [{ ...GROSS, action: "warn" }, "field-combination", "limits.0.action field-combination"],
    [{ ...GROSS, scope: { kind: "symbol" } }, "unknown-field", "limits.0.scope unknown-field"],
  ])("with %j are refused %s, and nobody is asked", async (limit, code, fault) => {
    const { told, errors, asked } = await limits(limit);
    expect([told, asked]).toEqual([`422 ${code}`, []]);
    expect(errors?.map((error) => `${error.path} ${error.code}`)).toContain(fault);
  });

  test("have an id each, and are twelve at the most", async () => {
    expect((await limits(GROSS, GROSS)).told).toBe("422 invalid");
    const many = Array.from({ length: 13 }, (_, each) => ({ ...GROSS, id: `g${each}` }));
    expect((await limits(...many)).told).toBe("422 too-many-items");
  });

  test("go with the version that they are to replace", async () => {
    const edge = await fakeEdge();
    const headers = { "content-type": "application/json", "if-match": '"7"' };
    await edge.fetch("PUT", `/v1/firms/${KNOWN_FIRM}/limits`, { json: { limits: [GROSS] }, headers });
    expect(edge.calls.at(-1)?.args.slice(1)).toEqual(["firm", JSON.stringify({ limits: [GROSS] }), "7"]);
  });
});

describe("quotas", () => {
  test("come by pages of children, and a cursor leads to the next", async () => {
    const edge = await fakeEdge({
      answers: {
        "firm.quota": (_envelope: unknown, _kind: unknown, page: { after?: string }) =>
          answer(
            page.after === undefined ? { text: '{"total":2}', next: "account:a" } : { text: '{"total":2}' },
          ),
      },
    });
    const first = await (await edge.fetch("GET", `/v1/firms/${KNOWN_FIRM}/quota?limit=1`)).json();
    expect(first).toMatchObject({ total: 2, nextCursor: expect.any(String) });
    const { nextCursor } = first as { nextCursor: string };
    const path = `/v1/firms/${KNOWN_FIRM}/quota?limit=1&cursor=${encodeURIComponent(nextCursor)}`;
    expect(await (await edge.fetch("GET", path)).json()).toEqual({ total: 2, nextCursor: null });
    expect(edge.calls.at(-1)?.args.slice(1)).toEqual(["firm", { limit: 1, after: "account:a" }]);
    const elsewhere = `/v1/desks/${KNOWN_DESK}/quota?cursor=${encodeURIComponent(nextCursor)}`;
    expect((await edge.fetch("GET", elsewhere)).status).toBe(422);
  });

  test("of more than a hundred children a page are refused", async () => {
    expect((await tried("GET", `/v1/firms/${KNOWN_FIRM}/quota?limit=101`, {})).told).toBe("422 range");
  });
});

describe("the fence of a child", () => {
  test("is lifted at its parent, by name", async () => {
    const edge = await fakeEdge();
    const json = { by: "acme", reason: "the copy is gone" };
    await edge.fetch("POST", `/v1/firms/${KNOWN_FIRM}/children/account:main/admit`, { json });
    expect(edge.calls.at(-1)?.args.slice(1)).toEqual(["firm", "account:main", JSON.stringify(json)]);
  });

  test.each(["main", "firm:acme", "account:", "account:a b"])("of %j is none", async (child) => {
    const path = `/v1/firms/${KNOWN_FIRM}/children/${encodeURIComponent(child)}/admit`;
    expect((await tried("POST", path, { json: { by: "acme", reason: "x" } })).told).toBe("422 id-format");
  });
});
