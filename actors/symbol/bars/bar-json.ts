/** The JSON of a public bar, as JSON.stringify would have it and in half the time: numbers, decimals and states have nothing to escape. */
import type { BarObject } from "../../../src/contracts/bars.ts";

type Flags = { readonly partial: boolean; readonly withdrawn: boolean };
/** An actor's own: no import, and nothing filled. */
type OwnBar = Omit<BarObject, keyof Flags | "imported" | "filled"> & Flags;

export function barJson({ t, o, h, l, c, v, n, vw, rev, state, partial, withdrawn }: OwnBar): string {
  const values = `"t":${t},"o":"${o}","h":"${h}","l":"${l}","c":"${c}","v":"${v}","n":${n}`;
  const average = vw === null ? "null" : `"${vw}"`;
  const flags = `${partial ? PARTIAL : ""}${withdrawn ? WITHDRAWN : ""}`;
  return `{${values},"vw":${average},"rev":${rev},"state":"${state}"${flags}}`;
}

const PARTIAL = ',"partial":true';
const WITHDRAWN = ',"withdrawn":true';
