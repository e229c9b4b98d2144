/** Ticks in: each goes to its symbol's actor, each is judged by itself, and the answer says what became of them all. */

import type { Refusal } from "../../actors/runtime/reply.ts";
import type { TickReport } from "../../actors/symbol/messages.ts";
import { plainId } from "../contracts/common.ts";
import { postTicks, TICKS_PER_REQUEST_MAX, ticksEnvelope } from "../contracts/ticks.ts";
import { ask } from "../http/ask.ts";
import type { Call } from "../http/context.ts";
import { type BulkInput, type Judged, jsonObjectOf } from "../http/input.ts";
import { parseJson } from "../http/json.ts";
import type { Mount } from "../http/mount.ts";
import { linesOf } from "../http/ndjson.ts";
import { statusOf } from "../http/problem.ts";
import { json, refuse } from "../http/reply.ts";
import { groupTicks, type SentTick, type TickItem } from "./tick-groups.ts";

export function tickRoutes(mount: Mount): void {
  mount.bulk(postTicks, async (c, input) => {
    const sheet = sheetOf(c, input);
    if (!sheet.ok) return refuse(c, sheet);
    const { source, items } = sheet.value;
    const { groups, rejected } = groupTicks(items);
    const existing = await c.var.edge.known.symbols(c.var.envelope, [...groups.keys()]);
    const reports = await Promise.all(
      [...groups].map(([symbol, ticks]) =>
        existing.known.has(symbol)
          ? sendTicks(c, symbol, source, ticks)
          : rejectAll(ticks, existing.failure ?? UNKNOWN),
      ),
    );
    return json(JSON.stringify(total([{ ...NOTHING, rejected }, ...reports])));
  });
}

type Sheet = { readonly source: string; readonly items: Iterable<TickItem> };

const sheetOf = (c: Call, { text, media }: BulkInput): Judged<Sheet> =>
  media === "json" ? sheetOfDocument(text) : sheetOfLines(text, c.req.header("x-source"));

function sheetOfDocument(text: string): Judged<Sheet> {
  const body = jsonObjectOf(text, ticksEnvelope);
  if (!body.ok) return body;
  const { source, ticks } = body.value;
  const items = ticks.map(
    (value): TickItem => ({ parsed: { ok: true, value }, text: JSON.stringify(value) }),
  );
  return { ok: true, value: { source, items } };
}

function sheetOfLines(text: string, source: string | undefined): Judged<Sheet> {
  const lines = linesOf(text);
  if (lines.length === 0) return { ok: false, code: "json-invalid", detail: "the body holds no line" };
  if (lines.length > TICKS_PER_REQUEST_MAX)
    return { ok: false, code: "too-many-items", detail: `at most ${TICKS_PER_REQUEST_MAX} ticks` };
  if (!plainId.safeParse(source).success)
    return { ok: false, code: "id-format", detail: "X-Source names where the ticks come from" };
  const items = lines.map((line): TickItem => ({ parsed: parseJson(line), text: line }));
  return { ok: true, value: { source: source ?? "", items } };
}

const NOTHING: TickReport = { accepted: 0, duplicates: 0, late: 0, rejected: [] };
const UNKNOWN: Refusal = { ok: false, code: "symbol-unknown", detail: "there is no such symbol" };

/** An actor that refuses or does not answer rejects its own ticks and nobody else's. */
async function sendTicks(
  c: Call,
  symbol: string,
  source: string,
  ticks: readonly SentTick[],
): Promise<TickReport> {
  const body = `[${ticks.map(({ text }) => text).join(",")}]`;
  const { envelope, edge } = c.var;
  const reply = await ask(edge.clock, envelope, () =>
    edge.ports.actors.symbol(symbol).ticks(envelope, source, body),
  );
  // SAFETY: the actor writes its report in this shape.
  return reply.ok ? (JSON.parse(reply.value) as TickReport) : rejectAll(ticks, reply);
}

function rejectAll(ticks: readonly SentTick[], { code, detail = code }: Refusal): TickReport {
  const retryable = statusOf(code) === 503 ? { retryable: true } : {};
  return { ...NOTHING, rejected: ticks.map(({ index }) => ({ index, code, detail, ...retryable })) };
}

function total(reports: readonly TickReport[]): TickReport {
  const sum = (field: "accepted" | "duplicates" | "late"): number =>
    reports.reduce((all, report) => all + report[field], 0);
  const rejected = reports.flatMap((report) => report.rejected).sort((one, other) => one.index - other.index);
  return { accepted: sum("accepted"), duplicates: sum("duplicates"), late: sum("late"), rejected };
}
