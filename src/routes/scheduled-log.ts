/** What cron found, in the log: a line for the run, and one for each actor whose mirror is not what it should be. */
import type { Log } from "../ports.ts";
import type { ScheduledReport } from "./scheduled.ts";

type Run = { readonly cron: string; readonly requestId: string };

export function logScheduled(log: Log, { cron, requestId }: Run, report: ScheduledReport): void {
  if (report.kind === "upkeep") {
    log("info", "upkeep", { requestId, cron, made: report.made.length, dropped: report.dropped.length });
    return;
  }
  const { audited, drift } = report;
  log("info", "audit", { requestId, cron, audited, drift: drift.length });
  for (const { actor, code, mirrorSeq, standing } of drift) {
    log("error", "drift", { requestId, actor, code, mirrorSeq, ...standing });
  }
}
