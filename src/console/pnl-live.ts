/** Profit and loss and its candles as they are streamed; by asking where there is no stream. */
import type { RefObject } from "preact";
import { useState } from "preact/hooks";
import type { HeardMessage } from "../client/streams/followed.ts";
import type { M2mCandleObject } from "../contracts/strategies.ts";
import { candleOfM2m } from "./candles.ts";
import { type LinkState, useTopics } from "./hooks.ts";
import type { PnlResolution } from "./location.ts";
import type { CandleSink } from "./parts/candle-figure.tsx";
import type { PnlFigures } from "./shapes.ts";

type Source = {
  /** As topics name it; nothing is followed without. */
  readonly id: string | undefined;
  readonly width: PnlResolution;
  readonly sink: RefObject<CandleSink | undefined>;
};

export function usePnlStream({ id, width, sink }: Source): {
  pnl: PnlFigures | undefined;
  link: LinkState;
  /** What was asked for while there was no stream. */
  take: (pnl: PnlFigures) => void;
} {
  const [pnl, setPnl] = useState<PnlFigures>();
  const candleTopic = `m2m.${width}.${id}`;
  const onMessage = ({ topic, data, missed }: HeardMessage): void => {
    if (topic === candleTopic) {
      if (missed !== undefined) sink.current?.refresh();
      if (data !== null) sink.current?.take([candleOfM2m(data as M2mCandleObject)]);
    } else setPnl(data as PnlFigures);
  };
  const link = useTopics(id === undefined ? undefined : [candleTopic, `pnl.${id}`], onMessage);
  const take = (polled: PnlFigures): void => {
    setPnl(polled);
    sink.current?.refresh();
  };
  return { pnl, link, take };
}
