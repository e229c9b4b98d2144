/** Symbols: the list with live quotes, and beside it the one that is open. */
import { useEffect, useState } from "preact/hooks";
import type { InstrumentReply } from "../../contracts/instruments.ts";
import { grouped, percent } from "../figures.ts";
import { useQuote, useResource, useVisible } from "../hooks.ts";
import { fragmentOf, type Resolution } from "../location.ts";
import { Arrow, directionOf, Price, Signed } from "../parts/figures.tsx";
import { NUMBER, Panel, WIDE, WIDE_NUMBER } from "../parts/panel.tsx";
import { Age, Empty, Failure, Loading } from "../parts/states.tsx";
import type { ListOf } from "../shapes.ts";
import { SymbolPage } from "./symbol.tsx";

type SymbolsProps = { readonly opened?: string; readonly resolution: Resolution };

export function Symbols({ opened, resolution }: SymbolsProps) {
  return (
    <div class={opened === undefined ? "list-alone" : "list-and-detail"}>
      <SymbolList {...(opened === undefined ? {} : { opened })} resolution={resolution} />
      {opened === undefined ? null : <SymbolPage key={opened} symbol={opened} resolution={resolution} />}
    </div>
  );
}

/** Typing is over, or pauses. */
const SEARCH_MS = 180;
/** A page of the list; a search narrows it sooner than scrolling. */
const ROWS_AT_START = 100;
/** New instruments are seldom. */
const LIST_MS = 30_000;

function SymbolList({ opened, resolution }: SymbolsProps) {
  const [typed, setTyped] = useState("");
  const [query, setQuery] = useState("");
  const [limit, setLimit] = useState(ROWS_AT_START);
  useEffect(() => {
    const timer = setTimeout(() => setQuery(typed.trim()), SEARCH_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const names = { limit, ...(query === "" ? {} : { query }) };
  const { value, failure } = useResource("/v1/instruments", names, LIST_MS);
  const [kept, setKept] = useState(value);
  useEffect(() => {
    if (value !== undefined) setKept(value);
  }, [value]);
  const list = value ?? kept;
  const search = (
    <input
      type="search"
      data-search
      placeholder="Search symbols  /"
      aria-label="Search symbols"
      value={typed}
      onInput={(event) => setTyped(event.currentTarget.value)}
    />
  );
  return (
    <Panel title="Symbols" class="symbols" aside={search}>
      {list === undefined && failure === undefined ? <Loading what="instruments" /> : null}
      {failure === undefined ? null : <Failure failure={failure} what="list of instruments" />}
      {list?.total === 0 ? <NoSymbols query={query} /> : null}
      {list === undefined || list.total === 0 ? null : (
        <QuoteTable list={list} resolution={resolution} {...(opened === undefined ? {} : { opened })} />
      )}
      {list !== undefined && list.items.length < list.total && limit < ROWS_MAX ? (
        <button type="button" class="more" onClick={() => setLimit(Math.min(ROWS_MAX, limit * 3))}>
          Show more of {list.total}
        </button>
      ) : null}
    </Panel>
  );
}

/** The API's largest page. */
const ROWS_MAX = 1_000;

const NoSymbols = ({ query }: { query: string }) => (
  <Empty>
    {query === ""
      ? "There are no instruments yet. Make one with PUT /v1/instruments/{symbol}, or start with a feed: npm start -- --feed sim."
      : `Nothing begins with “${query}”. The search looks at symbols, tickers and words of the description.`}
  </Empty>
);

function QuoteTable({ list, opened, resolution }: SymbolsProps & { list: ListOf<InstrumentReply> }) {
  return (
    <table class="rows quotes" aria-label="Live quotes">
      <thead>
        <tr>
          <th scope="col">Symbol</th>
          <th scope="col" class={NUMBER}>
            Last
          </th>
          <th scope="col" class={NUMBER}>
            Change
          </th>
          <th scope="col" class={`${WIDE_NUMBER} roomy`}>
            Bid × size
          </th>
          <th scope="col" class={`${WIDE_NUMBER} roomy`}>
            Ask × size
          </th>
          <th scope="col" class={`${WIDE_NUMBER} roomy`}>
            Day low – high
          </th>
          <th scope="col" class={`${WIDE_NUMBER} roomy`}>
            Volume
          </th>
          <th scope="col" class={NUMBER}>
            Age
          </th>
        </tr>
      </thead>
      <tbody>
        {list.items.map((instrument) => (
          <QuoteRow
            key={instrument.symbol}
            instrument={instrument}
            current={instrument.symbol === opened}
            resolution={resolution}
          />
        ))}
      </tbody>
    </table>
  );
}

type QuoteRowProps = {
  readonly instrument: InstrumentReply;
  readonly current: boolean;
  readonly resolution: Resolution;
};

function QuoteRow({ instrument: { symbol, description, status }, current, resolution }: QuoteRowProps) {
  const [row, visible] = useVisible<HTMLTableRowElement>();
  const seen = useQuote(symbol, visible);
  const quote = seen?.quote;
  return (
    <tr ref={row} class={current ? "current" : ""}>
      <th scope="row">
        <a
          href={fragmentOf("symbols", symbol, resolution)}
          data-row
          aria-current={current ? "true" : undefined}
        >
          {symbol}
        </a>
        <span class="description roomy">{description}</span>
        {status === "active" ? null : <span class="badge warn">{status}</span>}
      </th>
      <td class={`${NUMBER} last`}>
        <Price value={quote?.last?.price ?? null} />
      </td>
      <td class={NUMBER}>
        <Arrow value={quote?.change ?? null} />
        <span class={directionOf(quote?.change)}>{percent(quote?.changePercent)}</span>
        <span class="roomy change">{quote?.change == null ? "" : <Signed value={quote.change} />}</span>
      </td>
      <td class={`${WIDE_NUMBER} roomy`}>{bookSide(quote?.bid, quote?.bidSize)}</td>
      <td class={`${WIDE_NUMBER} roomy`}>{bookSide(quote?.ask, quote?.askSize)}</td>
      <td class={`${WIDE_NUMBER} roomy`}>
        {grouped(quote?.dayLow)} – {grouped(quote?.dayHigh)}
      </td>
      <td class={`${WIDE_NUMBER} roomy`}>{grouped(quote?.dayVolume)}</td>
      <td class={NUMBER}>
        {seen === undefined ? (
          <span class={`age muted ${WIDE}`}>…</span>
        ) : (
          <Age ageMs={seen.quote.ageMs} receivedAt={seen.receivedAt} stale={seen.quote.stale} />
        )}
        <span
          class={`source ${seen?.live ? "streamed" : "polled"}`}
          title={seen?.live ? "streamed" : "asked every 2 s"}
        >
          {seen?.live ? "●" : "○"}
        </span>
      </td>
    </tr>
  );
}

const bookSide = (price: string | null | undefined, size: string | null | undefined) => (
  <>
    {grouped(price)} <span class="muted">× {grouped(size)}</span>
  </>
);
