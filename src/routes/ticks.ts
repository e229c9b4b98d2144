/** Ticks in: each goes to its symbol's actor, each is judged by itself, and the answer says what became of them all. */
import { type ActorReply, answer, type Refusal } from "../../actors/runtime/reply.ts";
import type { TickReport } from "../../actors/symbol/messages.ts";
import { postTicks } from "../contracts/ticks.ts";
import { askAll } from "../http/ask.ts";
import type { Call } from "../http/context.ts";
import type { KnownSymbols } from "../http/known.ts";
import type { Mount } from "../http/mount.ts";
import { statusOf } from "../http/problem.ts";
import { endFeeds, endRefusal } from "./tick-ends.ts";
import type { TickGroups } from "./tick-groups.ts";
import { handToSymbol, type SentTick } from "./tick-hand-over.ts";
import { sheetOf } from "./tick-sheet.ts";
import { wantedOf } from "./tick-wants.ts";

export function tickRoutes(mount: Mount): void {
  mount.bulk(postTicks, async (c, input) => {
    const sheet = sheetOf(input);
    if (!sheet.ok) return sheet;
    const { source, groups, rejected, end } = sheet.value;
    c.env.edge.counts.rejectTicks(rejected.length);
    const symbols = [...new Set([...groups.keys(), ...end])];
    const existing = await c.env.edge.known.symbols(c.env.envelope, symbols);
    const refused = endRefusal(end, groups.size, existing);
    if (refused !== undefined) return refused;
    const reports = await sendTicks(c, source, groups, existing);
    const report = total([{ ...NOTHING, rejected }, ...reports.values()]);
    const ended = end.length === 0 ? {} : { ended: await endFeeds(c, end, reports) };
    return answer(JSON.stringify({ ...report, ...wantedOf(reports), ...ended }));
  });
}

type Reports = ReadonlyMap<string, TickReport>;
type Groups = TickGroups["groups"];
const NOTHING: TickReport = { accepted: 0, duplicates: 0, late: 0, rejected: [] };
const UNKNOWN: Refusal = { ok: false, code: "symbol-unknown", detail: "there is no such symbol" };

/** By symbol. An actor that refuses or does not answer rejects its own ticks and nobody else's. */
async function sendTicks(
  c: Call,
  source: string,
  groups: Groups,
  { known, failure = UNKNOWN }: KnownSymbols,
): Promise<Reports> {
  const { envelope, edge } = c.env;
  const sent = [...groups].filter(([symbol]) => known.has(symbol));
  const calls = sent.map(
    ([symbol, ticks]) =>
      () =>
        handToSymbol(edge.ports.actors.symbol, symbol, envelope, source, ticks),
  );
  const replies = await askAll(edge.clock, envelope, calls);
  const replyOf = new Map(sent.map(([symbol], place) => [symbol, replies[place]]));
  return new Map(
    [...groups].map(([symbol, ticks]) => [symbol, reportOf(c, ticks, replyOf.get(symbol) ?? failure)]),
  );
}

// SAFETY: the actor writes its report in this shape.
const reportOf = (c: Call, ticks: string, reply: ActorReply<string>): TickReport =>
  reply.ok ? (JSON.parse(reply.value) as TickReport) : rejectAll(c, ticks, reply);

/** No actor has counted these. */
function rejectAll(c: Call, text: string, { code, detail = code }: Refusal): TickReport {
  // SAFETY: our own text of the group.
  const ticks = JSON.parse(text) as readonly SentTick[];
  c.env.edge.counts.rejectTicks(ticks.length);
  const retryable = statusOf(code) === 503 ? { retryable: true } : {};
  return { ...NOTHING, rejected: ticks.map(([index]) => ({ index, code, detail, ...retryable })) };
}

function total(reports: readonly TickReport[]): TickReport {
  const sum = (field: "accepted" | "duplicates" | "late"): number =>
    reports.reduce((all, report) => all + report[field], 0);
  const rejected = reports.flatMap((report) => report.rejected).sort((one, other) => one.index - other.index);
  return { accepted: sum("accepted"), duplicates: sum("duplicates"), late: sum("late"), rejected };
}
