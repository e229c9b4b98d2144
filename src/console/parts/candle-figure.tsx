/** A chart of candles with its legend, its table, and older pages as one scrolls back. */
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Refused } from "../../client/refused.ts";
import type { IndicatorBarObject } from "../../contracts/indicators.ts";
import type { LabelObject } from "../../contracts/labels.ts";
import { CandleDrawing } from "../candle-drawing.ts";
import { type Candle, Candles } from "../candles.ts";
import { grouped, momentIn } from "../figures.ts";
import { refusedOf } from "../hooks.ts";
import { IndicatorLines, type LinesWorld } from "../indicator-lines.ts";
import { markersOn } from "../labels.ts";
import { onThemeChange } from "../theme.ts";
import { Table } from "./panel.tsx";
import { Empty, Failure, Loading } from "./states.tsx";

export type CandlePage = { readonly candles: readonly Candle[]; readonly nextCursor: string | null };
/** What the surrounding view tells the chart. */
export type CandleSink = {
  /** What a stream said. */
  readonly take: (candles: readonly Candle[]) => void;
  /** Asks for the newest ones again: something may have been missed. */
  readonly refresh: () => void;
  /** These labels and no others stand on it. */
  readonly mark: (labels: readonly LabelObject[]) => void;
  /** These indicators and no others. */
  readonly show: (ids: readonly string[]) => void;
  /** What a stream said of one. */
  readonly indicate: (bar: IndicatorBarObject) => void;
};

type FigureProps = {
  readonly label: string;
  /** The newest page, or the one that a cursor leads to. Another function means another chart. */
  readonly page: (cursor?: string) => Promise<CandlePage>;
  readonly sink: RefObject<CandleSink | undefined>;
  readonly decimals: number;
  readonly timeZone: string;
  readonly unit: "day" | "minute";
  readonly volume: boolean;
  readonly emptyText: string;
  readonly labels?: readonly LabelObject[];
  readonly indicators?: {
    readonly ids: readonly string[];
    readonly page: LinesWorld["page"];
  };
};

/** Rows of the table: what was lately revised or formed. */
const TABLE_ROWS = 30;

const NO_LABELS: readonly LabelObject[] = [];
const NO_VALUES = { definitions: [], bars: [], nextCursor: null };

export function CandleFigure(props: FigureProps) {
  const { label, timeZone, unit, volume, emptyText } = props;
  const element = useRef<HTMLDivElement>(null);
  const [hovered, setHovered] = useState<Candle>();
  const [shown, setShown] = useState<readonly Candle[]>();
  const [failure, setFailure] = useState<Refused>();
  const [tabled, setTabled] = useState(false);
  useEffect(() => follow(element.current, props, { setHovered, setShown, setFailure }), [props.page]);
  const { labels = NO_LABELS, sink } = props;
  useEffect(() => sink.current?.mark(labels), [props.page, labels]);
  const indicators = props.indicators?.ids.join() ?? "";
  useEffect(() => sink.current?.show(props.indicators?.ids ?? []), [props.page, indicators]);
  const newest = shown?.at(-1);
  return (
    <figure class="chart" aria-label={label}>
      <figcaption>
        <Legend candle={hovered ?? newest} timeZone={timeZone} unit={unit} volume={volume} />
        <button type="button" class="quiet" aria-pressed={tabled} onClick={() => setTabled(!tabled)}>
          Table
        </button>
      </figcaption>
      <div
        class="canvas"
        ref={element}
        data-chart
        data-candles={shown?.length ?? 0}
        data-labels={labels.length}
        data-indicators={indicators}
      />
      {failure !== undefined && shown === undefined ? <Failure failure={failure} what="candles" /> : null}
      {failure === undefined && shown === undefined ? <Loading what="candles" /> : null}
      {shown?.length === 0 ? <Empty>{emptyText}</Empty> : null}
      {tabled && shown !== undefined ? (
        <CandleTable candles={shown} {...{ label, timeZone, unit, volume }} />
      ) : null}
    </figure>
  );
}

type Tell = {
  readonly setHovered: (candle: Candle | undefined) => void;
  readonly setShown: (candles: readonly Candle[]) => void;
  readonly setFailure: (failure: Refused | undefined) => void;
};

/** The indicators of a chart; the newest of their values can be read back from it. */
function linesOn(
  element: HTMLElement,
  { indicators }: CandleDrawing,
  props: FigureProps,
  hasEnded: () => boolean,
): IndicatorLines {
  return new IndicatorLines({
    page: async (ids, cursor) => (await props.indicators?.page(ids, cursor)) ?? NO_VALUES,
    draw: (definitions, bars) => {
      if (hasEnded()) return;
      indicators.draw(definitions, bars);
      element.dataset["newest"] = JSON.stringify(bars.at(-1) ?? null);
    },
    update: (bar) => {
      if (hasEnded()) return;
      indicators.update(bar);
      element.dataset["newest"] = JSON.stringify(bar);
    },
  });
}

/** Without its indicators a chart is still one. */
const quietly = (work: Promise<void>): void => void work.catch(() => {});

/** Draws until the answer is called. */
function follow(element: HTMLElement | null, props: FigureProps, tell: Tell): (() => void) | undefined {
  if (element === null) return;
  const { page, sink, volume } = props;
  const candles = new Candles();
  let older: string | null = null;
  let asking = false;
  let paged = false;
  let ended = false;
  let labels = NO_LABELS;
  const drawing = new CandleDrawing(element, {
    ...props,
    pnl: !volume,
    onHover: tell.setHovered,
    onOlderWanted: () => void loadOlder(),
  });
  const lines = linesOn(element, drawing, props, () => ended);
  const take = (news: readonly Candle[], drawAnew = false): void => {
    if (ended) return;
    const before = candles.all.length;
    const { whole, changed } = candles.merge(news);
    const newest = candles.newest?.t ?? 0;
    if (whole || drawAnew) drawing.draw(candles.all);
    else for (const candle of changed) drawing.update(candle, newest);
    if (labels.length > 0 && candles.all.length !== before) drawing.mark(markersOn(candles.all, labels));
    if (changed.length > 0 || drawAnew) tell.setShown(drawing.shown);
  };
  const load = async (cursor?: string): Promise<string | null> => {
    const { candles: news, nextCursor } = await page(cursor);
    // The stream may have been faster; the chart is framed by its first page all the same.
    take(news, !paged);
    paged = true;
    tell.setFailure(undefined);
    const [oldest] = candles.all;
    if (oldest !== undefined) quietly(lines.cover(oldest.t));
    return nextCursor;
  };
  const loadOlder = async (): Promise<void> => {
    if (asking || older === null || ended) return;
    asking = true;
    older = await load(older).catch(() => older);
    asking = false;
  };
  const refresh = (): void =>
    void load().then(
      (cursor) => {
        older ??= cursor;
      },
      (error) => tell.setFailure(refusedOf(error)),
    );
  const mark = (news: readonly LabelObject[]): void => {
    labels = news;
    drawing.mark(markersOn(candles.all, labels));
  };
  const again = (): void => {
    refresh();
    quietly(lines.refresh());
  };
  const show = (ids: readonly string[]): void => quietly(lines.show(ids));
  sink.current = { take, refresh: again, mark, show, indicate: (bar) => lines.take(bar) };
  refresh();
  const endTheme = onThemeChange(() => drawing.recolour());
  return () => {
    ended = true;
    sink.current = undefined;
    endTheme();
    drawing.remove();
  };
}

type Shown = { readonly timeZone: string; readonly unit: "day" | "minute"; readonly volume: boolean };

function Legend({ candle, timeZone, unit, volume }: Shown & { candle: Candle | undefined }) {
  if (candle === undefined) return <p class="legend">&nbsp;</p>;
  const figures = [
    ["O", candle.o],
    ["H", candle.h],
    ["L", candle.l],
    ["C", candle.c],
    ...(volume ? [["V", candle.v]] : []),
  ] as const;
  return (
    <p class="legend" data-legend={JSON.stringify(candle)}>
      <time>
        {momentIn(candle.t, timeZone, unit)} {timeZone}
      </time>
      {figures.map(([name, value]) => (
        <span key={name}>
          <abbr>{name}</abbr> <span class="number">{grouped(value)}</span>
        </span>
      ))}
      <span class={`state-${candle.state}`}>
        {candle.state}
        {candle.rev > 0 ? ` rev ${candle.rev}` : ""}
      </span>
      {candle.caveat === undefined ? null : (
        <span class="caveat" title={candle.caveat}>
          {candle.caveat.split(":")[0]}
        </span>
      )}
    </p>
  );
}

function CandleTable({
  candles,
  label,
  timeZone,
  unit,
  volume,
}: Shown & { candles: readonly Candle[]; label: string }) {
  const figures = [
    "Open",
    "High",
    "Low",
    "Close",
    ...(volume ? ["Volume"] : []),
    volume ? "Trades" : "Changes",
    "Rev",
  ];
  const columns = [
    { name: `Start (${timeZone})` },
    ...figures.map((name) => ({ name, number: true })),
    { name: "State" },
  ];
  return (
    <Table label={`${label}, as a table`} columns={columns}>
      {candles
        .slice(-TABLE_ROWS)
        .toReversed()
        .map((candle) => (
          <tr key={candle.t} data-candle={candle.t}>
            <td>
              <time>{momentIn(candle.t, timeZone, unit)}</time>
            </td>
            {[candle.o, candle.h, candle.l, candle.c, ...(volume ? [candle.v] : [])].map((value, index) => (
              <td key={figures[index]} class="number">
                {grouped(value)}
              </td>
            ))}
            <td class="number">{candle.n}</td>
            <td class="number">{candle.rev}</td>
            <td class={`state-${candle.state}`}>{candle.state}</td>
          </tr>
        ))}
    </Table>
  );
}
