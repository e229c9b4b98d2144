/** Indicators: what there is, and their values over a symbol's bars. No actor knows of a read: it is one of bars. */
import { answer } from "../../actors/runtime/reply.ts";
import { getIndicators, type IndicatorDefinitionObject, listIndicators } from "../contracts/indicators.ts";
import { listPage, pageOf } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { SOURCES } from "../quant/indicators/bar.ts";
import type { Definition } from "../quant/indicators/definition.ts";
import { DEFINITIONS, indicatorOf } from "../quant/indicators/registry.ts";
import { readIndicators } from "./indicator-reading.ts";

export function indicatorRoutes(mount: Mount): void {
  mount.on(listIndicators, (c, { query }) =>
    listPage(c, query, async (range) => answer(pageOf(BY_NAME, range, ({ name }) => name, objectOf))),
  );
  mount.on(getIndicators, (c, { params: { symbol }, query }) => readIndicators(c, symbol, query));
}

const BY_NAME = [...DEFINITIONS].sort(({ name: one }, { name: other }) => (one < other ? -1 : 1));

function objectOf({ name, version, title, inputs, parameters, outputs, seed, anchor }: Definition) {
  const found = indicatorOf(name);
  const shown: IndicatorDefinitionObject = {
    name,
    version,
    title,
    id: found.ok ? found.indicator.id : name,
    inputs: [...inputs],
    parameters: parameters.map((each) => (each.kind === "source" ? { ...each, values: [...SOURCES] } : each)),
    outputs: [...outputs],
    seed,
    ...(anchor === undefined ? {} : { anchor }),
  };
  return shown;
}
