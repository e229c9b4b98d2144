/** Profit and loss by trading day: a chart, and the same as a table. */
import { useEffect, useRef, useState } from "preact/hooks";
import { DayDrawing } from "../day-drawing.ts";
import { grouped } from "../figures.ts";
import type { DayPnl } from "../pnl-days.ts";
import { onThemeChange } from "../theme.ts";
import { Signed } from "./figures.tsx";
import { Table } from "./panel.tsx";

const COLUMNS = [
  { name: "Trading day" },
  { name: "P&L", number: true },
  { name: "Equity", number: true },
  { name: "State" },
] as const;

export function DayFigure({ days, currency }: { days: readonly DayPnl[]; currency: string }) {
  const element = useRef<HTMLDivElement>(null);
  const drawing = useRef<DayDrawing>(undefined);
  const [hovered, setHovered] = useState<string>();
  const [tabled, setTabled] = useState(false);
  useEffect(() => {
    if (element.current === null) return;
    const drawn = new DayDrawing(element.current, setHovered);
    drawing.current = drawn;
    const endTheme = onThemeChange(() => drawn.recolour());
    return () => {
      endTheme();
      drawn.remove();
    };
  }, []);
  useEffect(() => drawing.current?.draw(days), [days]);
  const told = days.find(({ day }) => day === hovered) ?? days.at(-1);
  return (
    <figure class="chart days" aria-label={`Profit and loss by trading day, ${currency}`}>
      <figcaption>
        {told === undefined ? null : (
          <p class="legend">
            <time>{told.day}</time> <Signed value={told.pnl} />
            <span>
              <abbr>equity</abbr> <span class="number">{grouped(told.equity)}</span>
            </span>
            <span class="muted">{told.open ? "so far" : "closed"}</span>
          </p>
        )}
        <button type="button" class="quiet" aria-pressed={tabled} onClick={() => setTabled(!tabled)}>
          Table
        </button>
      </figcaption>
      <div class="canvas" ref={element} data-days={days.length} />
      {tabled ? (
        <Table label="Profit and loss by trading day, as a table" columns={COLUMNS}>
          {days.toReversed().map(({ day, pnl, equity, open }) => (
            <tr key={day} data-day={day}>
              <td>
                <time>{day}</time>
              </td>
              <td class="number">
                <Signed value={pnl} />
              </td>
              <td class="number">{grouped(equity)}</td>
              <td class="muted">{open ? "open" : "closed"}</td>
            </tr>
          ))}
        </Table>
      ) : null}
    </figure>
  );
}
