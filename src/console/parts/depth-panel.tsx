/** The order book as a ladder, how well it is known, and what it says of itself. */
import { useEffect, useState } from "preact/hooks";
import type { DepthReply } from "../../contracts/depth.ts";
import type { DepthMetrics } from "../../contracts/depth-metrics.ts";
import { age, figure, grouped, PRICE_DIGITS } from "../figures.ts";
import { useResource, useTopics } from "../hooks.ts";
import { ladderOf, type Rung } from "../ladder.ts";
import { Panel, Tile } from "./panel.tsx";
import { Empty } from "./states.tsx";

/** Of each side: as many as stand beside a chart. */
const RUNGS = 10;
/** Two glances of a reader a second; the book itself changes up to a hundred times. */
const CONFLATE_MS = 250;
/** Where there is no stream. */
const POLL_MS = 2_000;

export function DepthPanel({ symbol }: { symbol: string }) {
  const depth = useDepth(symbol);
  return (
    <Panel title="Depth" class="depth" aside={depth === undefined ? null : <BookState depth={depth} />}>
      {depth === undefined || (depth.bids.length === 0 && depth.asks.length === 0) ? (
        <Empty>No book: its feed has told no depth. Ticks of type depth make one.</Empty>
      ) : (
        <>
          <LadderTable depth={depth} />
          {depth.metrics === undefined ? null : <Metrics metrics={depth.metrics} />}
        </>
      )}
    </Panel>
  );
}

function useDepth(symbol: string): DepthReply | undefined {
  const [depth, setDepth] = useState<DepthReply>();
  const link = useTopics([`depth.${symbol}`], ({ data }) => setDepth(data as DepthReply), CONFLATE_MS);
  const polled = useResource(
    "/v1/symbols/{symbol}/depth",
    link === "live" ? undefined : { symbol, levels: RUNGS * 2 },
    POLL_MS,
  );
  useEffect(() => {
    if (polled.value !== undefined) setDepth(polled.value);
  }, [polled.value]);
  return depth;
}

function BookState({ depth: { state, health } }: { depth: DepthReply }) {
  const flags = [
    ...(state === "live" ? [] : [state]),
    ...(health.crossed ? ["crossed"] : []),
    ...(health.locked ? ["locked"] : []),
    ...(health.stale ? ["stale"] : []),
    ...(health.checksum === "failed" ? ["checksum failed"] : []),
  ];
  return (
    <span class="badges">
      {flags.map((flag) => (
        <span key={flag} class="badge warn">
          {flag}
        </span>
      ))}
      <span class="muted small" title={`${health.gaps} holes in the venue's numbers so far`}>
        {age(health.ageMs)}
      </span>
    </span>
  );
}

const LadderTable = ({ depth }: { depth: DepthReply }) => {
  const { bids, asks } = ladderOf(depth, RUNGS);
  return (
    <table class="ladder" aria-label="Order book">
      <thead>
        <tr>
          <th scope="col" class="number">
            Bid size
          </th>
          <th scope="col" class="number">
            Price
          </th>
          <th scope="col" class="number">
            Ask size
          </th>
        </tr>
      </thead>
      <tbody>
        {asks.toReversed().map((rung) => (
          <RungRow key={`a${rung.price}`} rung={rung} side="ask" />
        ))}
        <SpreadRow metrics={depth.metrics} />
        {bids.map((rung) => (
          <RungRow key={`b${rung.price}`} rung={rung} side="bid" />
        ))}
      </tbody>
    </table>
  );
};

const RungRow = ({ rung: { price, size, share }, side }: { rung: Rung; side: "bid" | "ask" }) => {
  const bar = (
    <td class={`number rung ${side}`}>
      <span class="bar" aria-hidden="true" style={{ width: `${share * 100}%` }} />
      <span>{grouped(size)}</span>
    </td>
  );
  return (
    <tr data-rung={price}>
      {side === "bid" ? bar : <td />}
      <td class={`number ${side === "bid" ? "up" : "down"}`}>{grouped(price)}</td>
      {side === "ask" ? bar : <td />}
    </tr>
  );
};

const SpreadRow = ({ metrics }: { metrics: DepthMetrics | undefined }) => (
  <tr class="spread">
    <td colSpan={3}>
      {metrics?.spread == null ? (
        <span class="muted">no spread</span>
      ) : (
        <>
          <span class="muted">spread</span> <span class="number">{grouped(metrics.spread.absolute)}</span>{" "}
          <span class="muted number">
            {figure(metrics.spread.bps)} bps · {figure(metrics.spread.ticks)} ticks
          </span>
        </>
      )}
    </td>
  </tr>
);

/** A figure of analytics, or why the feed cannot support it. */
const Metrics = ({ metrics }: { metrics: DepthMetrics }) => {
  const { imbalance, depth, sweeps, resilience, cancels, score, spreadWindow } = metrics;
  const near = depth.find(({ bps }) => bps === NEAR_BPS);
  const [buy, sell] = (["buy", "sell"] as const).map((side) => sweeps.find((sweep) => sweep.side === side));
  return (
    <dl class="tiles pairs" data-metrics>
      <Tile name="Microprice">{figure(metrics.microprice, PRICE_DIGITS)}</Tile>
      <Tile name="Imbalance, top 5" title="Bids less asks, of both: −1 to 1">
        {figure(imbalance.top5)}
      </Tile>
      <Tile name="Spread over a minute" title="Weighted by time">
        {spreadWindow === null ? figure(null) : `${figure(spreadWindow.bps)} bps`}
      </Tile>
      <Tile name="Score, 0 to 100" title={partsText(score)}>
        {score === null ? figure(null) : "unsupported" in score ? <Why why={score} /> : figure(score.value)}
      </Tile>
      <Tile name={`Bids within ${NEAR_BPS} bps`}>{grouped(near?.bids.size)}</Tile>
      <Tile name={`Asks within ${NEAR_BPS} bps`}>{grouped(near?.asks.size)}</Tile>
      <Tile name="Sweep to buy" title={sweepText(buy)}>
        {buy === undefined ? figure(null) : `${figure(buy.slippageMidBps)} bps`}
      </Tile>
      <Tile name="Sweep to sell" title={sweepText(sell)}>
        {sell === undefined ? figure(null) : `${figure(sell.slippageMidBps)} bps`}
      </Tile>
      <Tile name="Resilience" title="Mean time in which what was taken from the touch came back">
        {"unsupported" in resilience ? <Why why={resilience} /> : age(resilience.meanRecoveryMs)}
      </Tile>
      <Tile name="Cancelled" title="Of what left the book and was not traded">
        {"unsupported" in cancels ? <Why why={cancels} /> : share(cancels.rate)}
      </Tile>
    </dl>
  );
};

const NEAR_BPS = 10;

const Why = ({ why }: { why: { readonly unsupported: string } }) => (
  <small class="muted">not from this feed: {why.unsupported.replaceAll("-", " ")}</small>
);

const share = (rate: number | null): string => (rate === null ? figure(null) : `${figure(rate * 100)} %`);

type Sweep = DepthMetrics["sweeps"][number];
const sweepText = (sweep: Sweep | undefined): string =>
  sweep === undefined
    ? ""
    : `${sweep.size ?? sweep.notional} against the middle${sweep.exhausted ? `; the book is short, ${sweep.filledSize} filled` : ""}`;

const partsText = (score: DepthMetrics["score"]): string =>
  score === null || "unsupported" in score
    ? ""
    : Object.entries(score.parts)
        .map(([name, { value, weight }]) => `${name} ${figure(value)} × ${weight}`)
        .join(", ");
