/** What symbols ask of the feed that has told them something. */
import type { TickReport } from "../../actors/symbol/messages.ts";
import type { TicksReply } from "../contracts/ticks.ts";

export function wantedOf(reports: ReadonlyMap<string, TickReport>): Pick<TicksReply, "wanted"> {
  const wanted = [...reports].flatMap(([symbol, { wanted: types = [] }]) =>
    types.map((type) => ({ symbol, type })),
  );
  return wanted.length === 0 ? {} : { wanted };
}
