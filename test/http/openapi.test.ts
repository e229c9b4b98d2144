import { describe, expect, test } from "vitest";
import { z } from "zod";
import { declaredEndpoints, labelOf } from "../support/declared.ts";
import { fakeEdge } from "../support/fake-edge.ts";

type Operation = {
  operationId: string;
  security: Record<string, string[]>[];
  tags: string[];
  parameters?: { name: string; in: string; description?: string }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, object>;
};
type Document = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, object>;
};

const edge = await fakeEdge();
const response = await edge.fetch("GET", "/openapi.json", { key: null });
const text = await response.text();
const document = JSON.parse(text) as Document;
const endpoints = await declaredEndpoints();
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    label: `${method.toUpperCase()} ${path}`,
    operation,
  })),
);

describe("the OpenAPI document", () => {
  test("is public, of version 3.1, and describes exactly the declared calls", () => {
    expect([response.status, document.openapi]).toEqual([200, "3.1.0"]);
    expect(operations.map(({ label }) => label).sort()).toEqual(endpoints.map(labelOf).sort());
  });

  test.each(endpoints.map((declared) => [labelOf(declared), declared] as const))(
    "%s: its scope, parameters, bodies and replies",
    (label, declared) => {
      const operation = operations.find((one) => one.label === label)?.operation;
      const scopes = declared.scope === "any" ? [] : [declared.scope];
      expect(operation?.security).toEqual(declared.scope === "public" ? [] : [{ bearer: scopes }]);
      const parameters = operation?.parameters ?? [];
      for (const [place, schema] of [
        ["path", declared.params],
        ["query", declared.query],
        ["header", declared.headers],
      ] as const) {
        const names = parameters.filter((one) => one.in === place).map(({ name }) => name);
        expect(names.sort()).toEqual(Object.keys(schema?.shape ?? {}).sort());
      }
      const types = { json: "application/json", ndjson: "application/x-ndjson", csv: "text/csv" };
      const media = (declared.body?.media ?? ["json"]).map((one) => types[one]);
      expect(Object.keys(operation?.requestBody?.content ?? {})).toEqual(
        declared.body === undefined ? [] : media,
      );
      expect(Object.keys(operation?.responses ?? {})).toEqual([
        ...Object.keys(declared.replies),
        "4XX",
        "5XX",
      ]);
    },
  );

  test("every path parameter is declared", () => {
    for (const declared of endpoints) {
      const named = [...declared.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(Object.keys(declared.params?.shape ?? {}).sort()).toEqual(named.sort());
    }
  });

  test("what may be asked of a call on market data is described", () => {
    const tags = ["Market data", "Instruments", "Calendars", "Labels", "Charts (UDF)"];
    const undescribed = operations
      .filter(({ operation }) => operation.tags.some((tag) => tags.includes(tag)))
      .flatMap(({ label, operation }) =>
        (operation.parameters ?? [])
          .filter((one) => one.in === "query" && one.description === undefined)
          .map(({ name }) => `${label} ${name}`),
      );
    expect(undescribed).toEqual([]);
  });

  test("widths of bars are listed", () => {
    const { parameters } = document.paths["/udf/history"]!["get"]!;
    const resolution = parameters?.find(({ name }) => name === "resolution");
    expect(resolution).toMatchObject({ schema: { enum: expect.arrayContaining(["1S", "240", "1D", "D"]) } });
  });

  test("operations have ids of their own", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z0-9]*$/);
  });

  test("every frame of a stream that has a name is described", async () => {
    const named = (exported: object): string[] =>
      Object.values(exported).flatMap((one) => (one instanceof z.ZodType ? (one.meta()?.id ?? []) : []));
    const contracts = [
      await import("../../src/contracts/streams.ts"),
      await import("../../src/contracts/order-frames.ts"),
    ];
    const frames = contracts.flatMap(named);
    expect(frames.length).toBeGreaterThan(4);
    expect(Object.keys(document.components["schemas"] ?? {})).toEqual(expect.arrayContaining(frames));
  });

  test("every reference leads somewhere", () => {
    for (const [, path = ""] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const target = path
        .split("/")
        .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document);
      expect(target, path).toBeDefined();
    }
  });

  test("fields that are refused when unknown are said to be closed", () => {
    const body = document.paths["/v1/accounts/{account}"]?.put?.requestBody?.content["application/json"];
    expect(body?.schema).toMatchObject({ additionalProperties: false, required: ["currency", "equity"] });
  });

  test("a body is required unless all of it may be left out", () => {
    const paths = document.paths;
    expect(paths["/v1/accounts/{account}"]?.put?.requestBody).toMatchObject({ required: true });
    expect(paths["/v1/accounts/{account}/snapshots"]?.post?.requestBody).toMatchObject({ required: false });
  });

  test("a decimal is text or a number, and nothing is a choice of nulls", () => {
    const body = document.paths["/v1/accounts/{account}"]?.put?.requestBody?.content["application/json"];
    expect(body?.schema).toMatchObject({
      properties: { equity: { anyOf: [{ type: "string" }, { type: "number" }] } },
    });
    expect(/"enum":\[null/.test(text)).toBe(false);
  });
});
