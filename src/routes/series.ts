/** Series of a symbol whose bars end by what was traded: kept, listed and read. They stand in its actor and nowhere else. */
import { answer } from "../../actors/runtime/reply.ts";
import { deleteSeries, getSeries, getSeriesBars, listSeries, putSeries } from "../contracts/series.ts";
import { onSymbol } from "../http/actors.ts";
import { listPage, openCursor, sealCursor } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";

export function seriesRoutes(mount: Mount): void {
  mount.on(putSeries, (c, { params: { symbol, series } }) =>
    onSymbol(c, symbol, (actor, envelope) =>
      sinceDeploy("putSeries", () => actor.putSeries(envelope, series)),
    ),
  );
  mount.on(deleteSeries, (c, { params: { symbol, series } }) =>
    onSymbol(c, symbol, (actor, envelope) =>
      sinceDeploy("deleteSeries", () => actor.deleteSeries(envelope, series)),
    ),
  );
  mount.on(getSeries, (c, { params: { symbol, series } }) =>
    onSymbol(c, symbol, (actor, envelope) => sinceDeploy("series", () => actor.series(envelope, series))),
  );
  mount.on(listSeries, (c, { params: { symbol }, query }) =>
    listPage(c, query, (range) =>
      onSymbol(c, symbol, (actor, envelope) =>
        sinceDeploy("allSeries", () => actor.allSeries(envelope, range)),
      ),
    ),
  );
  mount.on(getSeriesBars, async (c, { params: { symbol, series }, query: { from, to, limit, cursor } }) => {
    const before = await openCursor(c, cursor);
    if (!before.ok) return before;
    const query = {
      limit,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(before.value === undefined ? {} : { before: before.value }),
    };
    const page = await onSymbol(c, symbol, (actor, envelope) =>
      sinceDeploy("seriesBars", () => actor.seriesBars(envelope, series, query)),
    );
    if (!page.ok) return page;
    const { bars, next } = page.value;
    const nextCursor = next === undefined ? null : await sealCursor(c, next);
    const head = `{"symbol":"${symbol}","series":"${series}"`;
    return answer(`${head},"bars":[${bars.join(",")}],"nextCursor":${JSON.stringify(nextCursor)}}`);
  });
}
