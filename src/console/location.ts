/** Where in the Console one is, as the fragment of the address: it can be kept, sent and opened again. */

export const VIEWS = ["symbols", "accounts", "firms", "strategies", "system"] as const;
export type View = (typeof VIEWS)[number];

export const RESOLUTIONS = ["1", "3", "5", "15", "30", "60", "240", "1D", "1W", "1M"] as const;
export type Resolution = (typeof RESOLUTIONS)[number];
/** Of candles of profit and loss. */
export const PNL_RESOLUTIONS = ["1", "5", "15", "30", "60", "240", "1D"] as const;
export type PnlResolution = (typeof PNL_RESOLUTIONS)[number];

export type Place = {
  readonly view: View;
  /** The symbol, account, firm, desk or strategy that is open. */
  readonly opened?: string;
  readonly resolution: Resolution;
  /** The decision that is open in the account, by `nameOfDecision`. */
  readonly decision?: string;
};

/** `#/symbols/SIM:ROCKET?res=5`, `#/accounts/demo/decisions/7`. What cannot be read leads to the symbols. */
export function placeOf(fragment: string): Place {
  const [path = "", query = ""] = fragment.replace(/^#/, "").split("?");
  const [, view, name = "", part, seq = ""] = path.split("/");
  const opened = decoded(name);
  const resolution = new URLSearchParams(query).get("res");
  return {
    view: VIEWS.find((one) => one === view) ?? "symbols",
    ...(opened === "" ? {} : { opened }),
    resolution: RESOLUTIONS.find((one) => one === resolution) ?? "1",
    ...(part === DECISIONS && SEQUENCE.test(seq) ? { decision: seq } : {}),
  };
}

export function fragmentOf(view: View, opened?: string, resolution: Resolution = "1"): string {
  const name = opened === undefined ? "" : `/${encodeURIComponent(opened).replaceAll("%3A", ":")}`;
  return `#/${view}${name}${resolution === "1" ? "" : `?res=${resolution}`}`;
}

const DECISIONS = "decisions";
/** As the API takes them, the part before the sequence. */
const SEQUENCE = /^(?:([1-7])\.)?([1-9]\d{0,15})$/;

/** A sequence, and before it the part of a split account that it is of, where that is another one than part 0. */
type Decided = { readonly seq: number; readonly part?: number | undefined };
export const nameOfDecision = ({ seq, part }: Decided): string =>
  part === undefined ? String(seq) : `${part}.${seq}`;

/** By the same, as a call names it. */
export function namesOfDecision(name: string): { readonly seq: string; readonly part?: number } {
  const [, part, seq = ""] = SEQUENCE.exec(name) ?? [];
  return part === undefined ? { seq } : { seq, part: Number(part) };
}

export const fragmentOfDecision = (account: string, decided: Decided): string =>
  `${fragmentOf("accounts", account)}/${DECISIONS}/${nameOfDecision(decided)}`;

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return "";
  }
}

const GROUP = "group:";
/** A group of strategies stands among them, by a name that no strategy has; its topics call it the same. */
export const nameOfGroup = (group: string): string => `${GROUP}${group}`;
/** The group that is opened, where it is one. */
export const groupOf = (opened: string): string | undefined =>
  opened.startsWith(GROUP) ? opened.slice(GROUP.length) : undefined;
