/** A corporate action as a mark on the time scale. Its words are ours and its numbers plain: a client may show them as they are. */
import type { ActionEntry } from "../../../actors/symbol/messages.ts";
import type { UdfTimescaleMark } from "../../contracts/udf.ts";
import type { ActionType, CorporateAction } from "../../domain/corporate-action.ts";
import { DAY_MS, SECOND_MS } from "../../domain/time.ts";
import { dayOfText } from "../../quant/calendars/dates.ts";

const DAY_SECONDS = DAY_MS / SECOND_MS;

const LOOKS: Readonly<Record<ActionType, readonly [label: string, name: string, color: string]>> = {
  split: ["S", "Split", "#1565c0"],
  bonus: ["B", "Bonus issue", "#00838f"],
  rights: ["R", "Rights issue", "#6a1b9a"],
  dividend: ["D", "Dividend", "#2e7d32"],
  "spin-off": ["O", "Spin-off", "#ef6c00"],
};

/** At 00:00 UTC of the ex-date, as the bar of its day stands there. */
export function timescaleMark(action: CorporateAction): UdfTimescaleMark {
  const [label, name, color] = LOOKS[action.type];
  const time = (dayOfText(action.exDate) ?? 0) * DAY_SECONDS;
  return {
    id: action.id,
    time,
    color,
    label,
    tooltip: [name, termsText(action), `Ex-date ${action.exDate}`],
  };
}

export const isInForce = ({ revokedAt }: ActionEntry): boolean => revokedAt === undefined;

function termsText(action: CorporateAction): string {
  switch (action.type) {
    case "split":
      return `${action.to} for ${action.from}`;
    case "bonus":
      return `${action.bonusShares} free for ${action.heldShares} held`;
    case "rights":
      return `${action.offered} for ${action.held} held at ${action.price}`;
    case "dividend":
      return `${action.amount} a share`;
    case "spin-off":
      return `worth ${action.value} a share`;
  }
}
