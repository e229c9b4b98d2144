/** Candles of profit and loss, of the width that the address says, with the drawdown beneath. */
import type { RefObject } from "preact";
import { PNL_RESOLUTIONS, type PnlResolution } from "../location.ts";
import { CandleFigure, type CandlePage, type CandleSink } from "./candle-figure.tsx";
import { Panel } from "./panel.tsx";
import { WIDTH_TEXT, WidthSwitch } from "./width-switch.tsx";

/** Cents; the legend has every digit. */
const PNL_DECIMALS = 2;

type M2mProps = {
  readonly name: string;
  readonly currency: string;
  /** As the address names it. */
  readonly opened: string;
  readonly width: PnlResolution;
  readonly page: (cursor?: string) => Promise<CandlePage>;
  readonly sink: RefObject<CandleSink | undefined>;
};

export const M2mPanel = ({ name, currency, opened, width, page, sink }: M2mProps) => (
  <Panel
    title="Mark to market"
    class="bars"
    aside={
      <WidthSwitch
        label="Width of the candles"
        view="strategies"
        opened={opened}
        widths={PNL_RESOLUTIONS}
        width={width}
      />
    }
  >
    <CandleFigure
      key={width}
      label={`${name}, total profit and loss in ${currency}, candles of ${WIDTH_TEXT[width]}`}
      page={page}
      sink={sink}
      decimals={PNL_DECIMALS}
      timeZone="UTC"
      // A trading day begins where the one before it ended, so the start of its candle has an hour too.
      unit="minute"
      volume={false}
      emptyText="No candle yet: the first one forms with the next price of a leg that is held."
    />
  </Panel>
);

/** Of an address that names another width. */
export const pnlWidth = (resolution: string): PnlResolution =>
  PNL_RESOLUTIONS.find((one) => one === resolution) ?? "1";
