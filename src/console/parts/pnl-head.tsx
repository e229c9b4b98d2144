/** The head of whatever makes profit and loss, a strategy or a group of them: its names, its figures, how it stands. */
import type { ComponentChildren } from "preact";
import type { LinkState } from "../hooks.ts";
import { fragmentOf } from "../location.ts";
import type { PnlFigures } from "../shapes.ts";
import { Money } from "./figures.tsx";
import { Tile } from "./panel.tsx";
import { LinkBadge } from "./states.tsx";

type HeadProps = {
  readonly name: string;
  readonly currency: string;
  readonly pnl: PnlFigures | undefined;
  readonly link: LinkState;
  /** Beside the link: its state. */
  readonly badge?: ComponentChildren;
  /** Under the name. */
  readonly children: ComponentChildren;
};

export const PnlHead = ({ name, currency, pnl, link, badge, children }: HeadProps) => (
  <header class="detail-head">
    <div class="names">
      <h1>{name}</h1>
      <p class="muted">{children}</p>
    </div>
    <dl class="tiles headline-tiles">
      <Tile name={`Total P&L ${currency}`} title="realised + unrealised − fees + funding">
        <Money value={pnl?.total} directed />
      </Tile>
      <Tile name="Unrealised">
        <Money value={pnl?.unrealised} directed />
      </Tile>
      <Tile name="Realised">
        <Money value={pnl?.realised} directed />
      </Tile>
      <Tile name="Fees">
        <Money value={pnl?.fees} />
      </Tile>
      <Tile name="Funding">
        <Money value={pnl?.funding} directed />
      </Tile>
      <Tile name="Gross">
        <Money value={pnl?.grossExposure} />
      </Tile>
    </dl>
    <div class="badges">
      {badge}
      <LinkBadge link={link} />
      <Lacking legs={pnl?.staleLegs} what="stale" />
      <Lacking legs={pnl?.missingLegs} what="without a price" />
      <a class="quiet close" href={fragmentOf("strategies")} aria-label="Close, back to the list">
        ✕
      </a>
    </div>
  </header>
);

const Lacking = ({ legs = [], what }: { legs: readonly string[] | undefined; what: string }) =>
  legs.length === 0 ? null : (
    <span class="badge warn" title={legs.join(", ")}>
      {legs.length} {what}
    </span>
  );
