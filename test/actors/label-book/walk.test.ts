/** Random walks over a label book beside a plain model: what is there, what the audit says, what subscribers hold, what went to the mirror. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { LabelDeletedFact, LabelPutFact } from "../../../actors/label-book/events.ts";
import type { LabelObject, LabelVersionObject } from "../../../src/contracts/labels.ts";
import type { FakeSocket } from "../../support/fake-sockets.ts";
import { AT, SYMBOL } from "../../support/label-bench.ts";
import { LabelWorld } from "./label-world.ts";

const SYMBOLS = [SYMBOL, "XNAS:MSFT"];
const IDS = ["a", "b", "c", "d"];
const text = fc.constantFrom("one", "two", "<i>three</i>", "vier\n𝔘");
const ts = fc.integer({ min: 0, max: 3 }).map((n) => AT + n);
const value = fc.oneof(text, fc.integer({ min: 0, max: 2 }), fc.boolean());
const metadata = fc.dictionary(fc.constantFrom("x", "y"), value, { maxKeys: 2 });
const body = fc.record(
  {
    id: fc.constantFrom(...IDS),
    symbol: fc.constantFrom(...SYMBOLS),
    ...{ ts, text, color: fc.constantFrom("red", "#00ff00"), metadata },
  },
  { requiredKeys: ["symbol", "ts", "text"] },
);
const patch = fc
  .record(
    {
      ...{ ts, text, color: fc.constantFrom("red", null) },
      metadata: fc.dictionary(fc.constantFrom("x", "y"), fc.oneof(value, fc.constant(null)), { maxKeys: 2 }),
    },
    { requiredKeys: [] },
  )
  .filter((fields) => Object.keys(fields).length > 0);

/** `pick` chooses among all ids that there ever were, and one that never was. */
const pick = fc.nat(20);
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant("create" as const),
      body,
      key: fc.option(fc.constantFrom("k1", "k2", "k3")),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant("change" as const),
      pick,
      patch,
      match: fc.constantFrom("none", "right", "wrong"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant("remove" as const), pick }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("sleep" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

type Plain = {
  readonly fields: Omit<LabelObject, "version" | "createdAt" | "createdBy" | "updatedAt" | "updatedBy">;
  readonly version: number;
};

/** Maps and nothing else: it knows no rows, no groups and no facts. */
class Model {
  readonly live = new Map<string, Plain>();
  readonly ended = new Map<string, number>();
  readonly audit = new Map<string, [version: number, what: string, text: string | undefined][]>();
  readonly calls = new Map<string, { readonly asked: string; readonly reply: string }>();

  get ids(): string[] {
    return [...this.live.keys(), ...this.ended.keys(), "never"];
  }

  put(id: string, plain: Plain, what: string): void {
    this.live.set(id, plain);
    this.audit.set(id, [[plain.version, what, plain.fields.text], ...(this.audit.get(id) ?? [])]);
  }
}

function create(
  world: LabelWorld,
  model: Model,
  { body: sent, key }: Extract<Step, { act: "create" }>,
): void {
  const reply = world.create(sent, key === null ? {} : { key });
  const names = [
    ...(key === null ? [] : [`key ${key}`]),
    ...(sent.id === undefined ? [] : [`id ${sent.id}`]),
  ];
  const asked = JSON.stringify(sent);
  const before = names.flatMap((name) => model.calls.get(name) ?? []);
  const told = reply.ok ? reply.value : reply.code;
  if (before.some((call) => call.asked !== asked)) {
    expect(told).toBe("idempotency-key-reused");
    return;
  }
  if (before[0] === undefined) {
    const {
      version,
      createdAt: _1,
      createdBy: _2,
      updatedAt: _3,
      updatedBy: _4,
      ...fields
    } = JSON.parse(told) as LabelObject;
    expect(fields).toEqual({ metadata: {}, ...sent, id: sent.id ?? fields.id });
    expect([version, model.audit.has(fields.id)]).toEqual([1, false]);
    model.put(fields.id, { fields, version }, "created");
  } else expect(told).toBe(before[0].reply);
  for (const name of names) if (!model.calls.has(name)) model.calls.set(name, { asked, reply: told });
}

function change(
  world: LabelWorld,
  model: Model,
  { pick: at, patch: sent, match }: Extract<Step, { act: "change" }>,
): void {
  const id = model.ids[at % model.ids.length] ?? "never";
  const plain = model.live.get(id);
  const version = plain?.version ?? 0;
  const ifMatch = { none: {}, right: { ifMatch: String(version) }, wrong: { ifMatch: String(version + 1) } }[
    match
  ];
  const reply = world.change(id, sent, ifMatch);
  if (plain === undefined || match === "wrong") {
    expect(reply).toMatchObject({
      ok: false,
      code: plain === undefined ? "label-unknown" : "version-conflict",
    });
    return;
  }
  const fields: Record<string, unknown> = {
    ...plain.fields,
    ...sent,
    metadata: { ...plain.fields.metadata, ...sent.metadata },
  };
  if (fields["color"] === null) delete fields["color"];
  const notes = fields["metadata"] as Record<string, unknown>;
  for (const name of Object.keys(notes)) if (notes[name] === null) delete notes[name];
  expect(reply.ok && JSON.parse(reply.value)).toMatchObject(fields);
  if (sorted(fields) === sorted(plain.fields)) return;
  model.put(id, { fields: fields as Plain["fields"], version: version + 1 }, "changed");
}

/** The text of it with names in order. */
const sorted = (fields: object): string =>
  JSON.stringify(fields, (_name, inner) =>
    typeof inner === "object" && inner !== null ? Object.fromEntries(Object.entries(inner).sort()) : inner,
  );

function remove(world: LabelWorld, model: Model, at: number): void {
  const id = model.ids[at % model.ids.length] ?? "never";
  const plain = model.live.get(id);
  expect(world.remove(id).ok).toBe(id !== "never");
  if (plain === undefined) return;
  model.live.delete(id);
  model.ended.set(id, plain.version + 1);
  model.audit.get(id)?.unshift([plain.version + 1, "deleted", undefined]);
}

function take(world: LabelWorld, model: Model, one: Step): void {
  if (one.act === "create") create(world, model, one);
  else if (one.act === "change") change(world, model, one);
  else if (one.act === "remove") remove(world, model, one.pick);
  else world.restart();
}

const plainOf = ({
  version,
  createdAt: _1,
  createdBy: _2,
  updatedAt: _3,
  updatedBy: _4,
  ...fields
}: LabelObject) => ({ fields, version });

/** By id: the whole list, read in pages. */
function listed(world: LabelWorld, limit: number, symbol?: string): LabelObject[] {
  const found: LabelObject[] = [];
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = world.turns.list({
      limit,
      ...(symbol === undefined ? {} : { symbol }),
      ...(after === undefined ? {} : { after }),
    });
    found.push(...page.items.map((item) => JSON.parse(item) as LabelObject));
    expect(page.total).toBe(
      world.turns.list({ limit: 1_000, ...(symbol === undefined ? {} : { symbol }) }).items.length,
    );
    after = page.next;
  }
  return found;
}

/** What a subscriber makes of snapshots and changes. */
function held(socket: FakeSocket): Map<string, LabelObject> {
  const labels = new Map<string, LabelObject>();
  for (const { type, data } of socket.said) {
    if (type === "snap") for (const one of data) labels.set(one.id, one);
    else if (type === "delta") {
      if (data.deleted === true) labels.delete(data.id);
      else labels.set(data.id, data);
    }
  }
  return labels;
}

/** Only by what went to the mirror. */
function replayed(world: LabelWorld) {
  const labels = new Map<string, LabelObject>();
  const versions = new Map<string, number[]>();
  for (const { kind, payload } of world.outbox.facts) {
    const fact = JSON.parse(payload) as LabelPutFact | LabelDeletedFact;
    const { id, version } = "label" in fact ? fact.label : fact;
    versions.set(id, [...(versions.get(id) ?? []), version]);
    if ("label" in fact) labels.set(id, fact.label);
    else labels.delete(id);
    expect([kind, fact.tenant]).toEqual(["label" in fact ? "label-put" : "label-deleted", "acme"]);
  }
  return { labels, versions };
}

test("after any walk: lists, audit, streams and facts tell the same labels as plain maps do", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.integer({ min: 1, max: 3 }),
      async (steps, limit) => {
        const world = new LabelWorld();
        const model = new Model();
        const socket = await world.connect();
        world.say(socket, { op: "subscribe", topics: SYMBOLS.map((symbol) => `labels.${symbol}`) });
        for (const one of steps) take(world, model, one);

        const labels = listed(world, limit);
        expect(new Map(labels.map((one) => [one.id, plainOf(one)]))).toEqual(model.live);
        const order = labels.map((one) => `${one.ts} ${one.id}`);
        expect(order).toEqual([...order].sort().reverse());
        for (const symbol of SYMBOLS)
          expect(listed(world, limit, symbol)).toEqual(labels.filter((one) => one.symbol === symbol));

        const byId = new Map(labels.map((one) => [one.id, one]));
        expect(held(socket)).toEqual(byId);
        const { labels: mirrored, versions } = replayed(world);
        expect(mirrored).toEqual(byId);
        for (const [id, told] of model.audit) {
          const audit = world.history(id) as LabelVersionObject[];
          expect(audit.map((each) => [each.version, each.what, each.label?.text])).toEqual(told);
          expect(audit[0]?.label).toEqual(byId.get(id) ?? null);
          expect(versions.get(id)).toEqual(told.map(([version]) => version).reverse());
          expect(versions.get(id)).toEqual(told.map((_version, index) => index + 1));
        }
        expect(world.store.state).toEqual({
          labels: model.live.size,
          gone: model.ended.size,
          versionFloor: 0,
        });
        expect(world.sql.exec("SELECT labels, gone, versions FROM label_count")).toEqual([
          {
            ...{ labels: world.count("label"), gone: world.count("label_gone") },
            versions: world.count("label_version"),
          },
        ]);
        world.sql.close();
      },
    ),
    { numRuns: 150 },
  );
});
