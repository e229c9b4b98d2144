/** What the curve of profit and loss and its trades say, over all days that there are. Each figure says what it is where the pointer rests on it. */
import type { StatisticsObject } from "../../contracts/statistics.ts";
import { figure, momentOf, NOTHING, percentOfShare, span } from "../figures.ts";
import type { Resource } from "../hooks.ts";
import { Money } from "./figures.tsx";
import { Panel, Tile } from "./panel.tsx";
import { Failure, Loading } from "./states.tsx";

type Decline = StatisticsObject["maxDrawdown"];

/** Of ratios, which are floats. */
const RATIO_DIGITS = 4;
const ratio = (value: number | null): string => figure(value, RATIO_DIGITS);
const share = (value: number | null): string =>
  value === null ? NOTHING : percentOfShare(value.toFixed(RATIO_DIGITS));

export const StatisticPanel = ({
  resource: { value, failure },
}: {
  resource: Resource<StatisticsObject>;
}) => (
  <Panel
    title="Statistics"
    class="statistics"
    aside={value === undefined ? null : <span class="muted small">{daysText(value)}</span>}
  >
    {value === undefined && failure === undefined ? <Loading what="statistics" /> : null}
    {value === undefined && failure !== undefined ? <Failure failure={failure} what="statistics" /> : null}
    {value === undefined ? null : <Tiles statistics={value} />}
  </Panel>
);

const daysText = ({ days, from }: StatisticsObject): string =>
  from === null ? "nothing yet" : `since ${momentOf(from)} UTC, ${days} closed days`;

const Tiles = ({ statistics }: { statistics: StatisticsObject }) => (
  <dl class="tiles" data-statistics>
    <DeclineTile name="Max drawdown" decline={statistics.maxDrawdown} />
    <DeclineTile name="Drawdown now" decline={statistics.currentDrawdown} />
    <DeclineTile name="Max run-up" decline={statistics.maxRunUp} />
    <Tile
      name="Sharpe"
      title="Mean of daily results by their sample deviation, annualised; from two closed days on"
    >
      {ratio(statistics.sharpe)}
    </Tile>
    <Tile name="Sortino" title="Mean of daily results by their downside deviation, annualised">
      {ratio(statistics.sortino)}
    </Tile>
    <Tile name="Round trips" title="From flat to flat, of each leg: won and lost">
      {statistics.trips} <small class="muted">{`${statistics.wins} won, ${statistics.losses} lost`}</small>
    </Tile>
    <Tile name="Hit rate" title="Round trips that won">
      {share(statistics.hitRate)}
    </Tile>
    <Tile name="Profit factor" title="What won by what lost">
      {ratio(statistics.profitFactor)}
    </Tile>
    <Tile name="Average win, loss">
      {ratio(statistics.averageWin)}, {ratio(statistics.averageLoss)}
    </Tile>
    <Tile name="Fills">
      {statistics.fills}{" "}
      <small class="muted">
        worth <Money value={statistics.traded} />
      </small>
    </Tile>
    <Tile name="Turnover" title="Worth of all fills by the average gross exposure">
      {ratio(statistics.turnover)}
    </Tile>
    <Tile name="Exposure time" title="Share of the time with a position">
      {share(statistics.exposureTime)}
    </Tile>
  </dl>
);

function DeclineTile({ name, decline: { amount, percent, from, to } }: { name: string; decline: Decline }) {
  const known = from !== null && to !== null;
  return (
    <Tile name={name} title={known ? `${momentOf(from)} to ${momentOf(to)} UTC` : ""}>
      <Money value={amount} />
      {percent === null ? null : <small class="muted"> {ratio(percent)}&nbsp;%</small>}
      {known && to > from ? <small class="muted below">in {span(to - from)}</small> : null}
    </Tile>
  );
}
