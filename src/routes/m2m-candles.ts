/** Mark-to-market candles of one width, wherever they are: minutes as rows, wider ones folded where their minutes lie and joined here. */
import type { Envelope } from "../../actors/runtime/envelope.ts";
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import type { M2mPage, StrategyApi } from "../../actors/strategy/messages.ts";
import { candleOf, type Folds, piecesOf } from "../http/actions/m2m-pieces.ts";
import type { Call } from "../http/context.ts";
import { foldedShown } from "../quant/m2m/shown-fold.ts";
import { type CandleSpans, candleSpans, type M2mWidth, type WideWidth } from "../quant/m2m/widths.ts";
import type { RowSource, Window } from "./joined-rows.ts";

type ReadM2m = (resolution: M2mWidth, window: Window) => Promise<ActorReply<M2mPage>>;

function m2mSource(width: M2mWidth, read: ReadM2m, older: RowSource["older"], folds: Folds): RowSource {
  if (width !== "1") return { recent: (window) => wideRows(width, window, read, folds), older };
  return {
    recent: async (window) => {
      const page = await read(width, window);
      return page.ok ? answer({ rows: page.value.candles, olderThan: page.value.olderThan }) : page;
    },
    older,
  };
}

/** All of them, so that nothing is left to ask for. A candle whose first minutes have left for Postgres is put together again. */
async function wideRows(
  width: WideWidth,
  window: Window,
  read: ReadM2m,
  folds: Folds,
): ReturnType<RowSource["recent"]> {
  const page = await read(width, window);
  if (!page.ok) return page;
  const { candles, olderThan, calendar } = page.value;
  if (olderThan === undefined) return answer({ rows: candles });
  const spans = candleSpans(calendar);
  // One more than is missing: the first here may be the rest of one.
  const missing = window.limit - candles.length + 1;
  const asked = { ...fromOf(spans, width, window), before: olderThan, limit: missing };
  const found = await piecesOf(spans, width, asked, folds);
  if (!found.ok) return found;
  const joined = foldedShown([...found.value, ...candles.map(candleOf)], spans, width);
  return answer({ rows: joined.slice(-window.limit).map((candle) => JSON.stringify(candle)) });
}

/** Of candles that start at `from` or later. */
function fromOf(spans: CandleSpans, width: WideWidth, { from }: Window): { readonly from?: number } {
  if (from === undefined) return {};
  const { start, end } = spans.of(width, from);
  return { from: start === from ? from : end };
}

type Asking = (actor: StrategyApi, envelope: Envelope) => Promise<ActorReply<M2mPage>>;

/** Of a strategy, or of a group: `ask` asks its actor. */
export function candlesOf(
  c: Call,
  strategy: string,
  width: M2mWidth,
  ask: (read: Asking) => Promise<ActorReply<M2mPage>>,
): RowSource {
  const { envelope, edge } = c.env;
  const { history } = edge.ports;
  return m2mSource(
    width,
    (resolution, window) => ask((actor, asked) => actor.m2m(asked, { resolution, ...window })),
    (range) => history.m2m(envelope, strategy, "1", range),
    (fold) => history.m2mFolds(envelope, strategy, fold),
  );
}
