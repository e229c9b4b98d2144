/** Which width a chart's candles have: links, since the width is part of the address. */
import { fragmentOf, type Resolution, type View } from "../location.ts";

export const WIDTH_TEXT: Readonly<Record<Resolution, string>> = {
  "1": "1 min",
  "3": "3 min",
  "5": "5 min",
  "15": "15 min",
  "30": "30 min",
  "60": "1 h",
  "240": "4 h",
  "1D": "1 day",
  "1W": "1 week",
  "1M": "1 month",
};

type WidthProps = {
  readonly label: string;
  readonly view: View;
  readonly opened: string;
  readonly widths: readonly Resolution[];
  readonly width: Resolution;
};

export const WidthSwitch = ({ label, view, opened, widths, width }: WidthProps) => (
  <nav class="switch" aria-label={label}>
    {widths.map((one) => (
      <a
        key={one}
        href={fragmentOf(view, opened, one)}
        aria-current={one === width ? "true" : undefined}
        aria-label={WIDTH_TEXT[one]}
      >
        {one}
      </a>
    ))}
  </nav>
);
