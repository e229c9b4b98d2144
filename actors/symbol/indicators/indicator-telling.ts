/** What subscribers of an indicator are told: the public row of a read, with this one definition. */
import type { BarState } from "../../../src/domain/bar.ts";
import type { Indicator } from "../../../src/quant/indicators/definition.ts";
import type { Sockets } from "../../runtime/sockets.ts";
import { closedStateOf } from "../bars/bar-text.ts";
import type { TakenBar } from "./indicator-bars.ts";
import { REVISED_VALUES_MAX } from "./indicator-limits.ts";
import type { BarValues, Followed, KeptIndicator } from "./kept-indicator.ts";

type Told = Pick<Sockets, "publish" | "leaveOut">;

/** Each value that is told for the first time, and each that has changed. Of more than anybody follows the subscribers get the newest. */
export function tellFollowed(sockets: Told, topic: string, indicator: Indicator, followed: Followed): void {
  const { first, again, gone, isLost } = followed;
  if (isLost || again.length + gone.length > REVISED_VALUES_MAX) {
    sockets.leaveOut(topic);
    return;
  }
  tellGone(sockets, topic, indicator, gone);
  for (const one of again) sockets.publish(topic, "rev", closedText(indicator, one));
  for (const one of first)
    sockets.publish(topic, one.bar.rev === 0 ? "bar" : "rev", closedText(indicator, one));
}

/** Bars that are none any more and never closed, or of whose close nothing is kept. */
export function tellGone(
  sockets: Told,
  topic: string,
  indicator: Indicator,
  gone: readonly TakenBar[],
): void {
  for (const bar of gone) sockets.publish(topic, bar.rev === 0 ? "bar" : "rev", goneText(indicator, bar));
}

/** Of bars that form; `moved` is the newest moment of a trade that they were not told of yet. */
export function tellForming(sockets: Told, topic: string, kept: KeptIndicator, moved: number): void {
  const forming = kept.forming();
  const [oldest] = forming;
  if (oldest === undefined || moved < oldest.bar.t) return;
  for (const one of forming) sockets.publish(topic, "bar", formingText(kept.stepper.indicator, one));
}

/** JSON text of the newest row, `null` where no bar is. */
export function newestText(kept: KeptIndicator): string {
  const { indicator } = kept.stepper;
  const forming = kept.forming().at(-1);
  if (forming !== undefined) return formingText(indicator, forming);
  return kept.last === undefined ? "null" : closedText(indicator, kept.last);
}

const formingText = (indicator: Indicator, one: BarValues): string => rowText(indicator, one, "forming");
const closedText = (indicator: Indicator, one: BarValues): string =>
  rowText(indicator, one, closedStateOf(one.bar));

function rowText({ id }: Indicator, { bar, values }: BarValues, state: BarState): string {
  return `{"t":${bar.t},"state":"${state}","rev":${bar.rev},"values":{"${id}":${values}}}`;
}

/** Every trade of the bar was cancelled: it has no values any more. */
function goneText({ id, definition }: Indicator, { t, rev }: TakenBar): string {
  const values = Object.fromEntries(definition.outputs.map((output) => [output, null]));
  const text = JSON.stringify({ ...values, warm: false });
  const state = rev === 0 ? "forming" : "revised";
  return `{"t":${t},"state":"${state}","rev":${rev},"values":{"${id}":${text}},"withdrawn":true}`;
}
