/** The name of a topic of values: `indicator.<definition>@<width>.<symbol>`. A parameter may hold a dot, so the symbol is known before. */
import { isResolution, isSecondResolution } from "../../../src/domain/bar.ts";
import type { BarResolution } from "../../../src/quant/bar-calendar.ts";
import type { Indicator } from "../../../src/quant/indicators/definition.ts";
import { indicatorOf } from "../../../src/quant/indicators/registry.ts";
import type { TopicRefusal } from "../../runtime/sockets.ts";

export type IndicatorTopic = {
  readonly topic: string;
  readonly indicator: Indicator;
  readonly resolution: BarResolution;
};

const KIND = "indicator.";

/** Undefined where it is no topic of this kind and symbol. One indicator has one name, so that it is not kept twice. */
export function indicatorTopic(topic: string, symbol: string): IndicatorTopic | TopicRefusal | undefined {
  const end = `.${symbol}`;
  if (!topic.startsWith(KIND) || !topic.endsWith(end)) return undefined;
  const named = topic.slice(KIND.length, -end.length);
  const at = named.lastIndexOf("@");
  const resolution = named.slice(at + 1);
  if (at < 0 || !(isResolution(resolution) || isSecondResolution(resolution)))
    return { code: "topic-unknown", detail: "it is written indicator.<definition>@<width of bars>.<symbol>" };
  const found = indicatorOf(named.slice(0, at));
  if (!found.ok) return { code: found.code, detail: found.detail };
  const { indicator } = found;
  const written = `${KIND}${indicator.id}@${resolution}${end}`;
  return written === topic
    ? { topic, indicator, resolution }
    : { code: "topic-unknown", detail: `it is written ${written}` };
}
