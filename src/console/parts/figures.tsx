/** Figures with a direction, and how far limits are used. Colour never says it alone. */
import { useEffect, useRef } from "preact/hooks";
import { CENTS, fitting, grouped, percentOfShare, signed, signOf } from "../figures.ts";

const DIRECTION = { [-1]: "down", 0: "flat", 1: "up" } as const;
const ARROW = { [-1]: "▼", 0: "", 1: "▲" } as const;

export const directionOf = (value: string | null | undefined): string => DIRECTION[signOf(value)];

/** A profit or a change, with its sign. */
export const Signed = ({ value, suffix = "" }: { value: string | null; suffix?: string }) => (
  <span class={DIRECTION[signOf(value)]}>
    {signed(value)}
    {value === null ? "" : suffix}
  </span>
);

/** Money as far as its tile has room, with what is finer than cents in a smaller hand; all of it where the pointer rests on what was cut. */
export function Money({ value, directed = false }: { value: string | null | undefined; directed?: boolean }) {
  const whole = directed ? signed(value) : grouped(value);
  const text = fitting(whole);
  const cents = text.includes(".") ? text.indexOf(".") + 1 + CENTS : text.length;
  return (
    <span class={directed ? directionOf(value) : ""} title={text === whole ? undefined : whole}>
      {text.slice(0, cents)}
      <small class="finer">{text.slice(cents)}</small>
    </span>
  );
}

export const Arrow = ({ value }: { value: string | null }) => (
  <span class={`arrow ${DIRECTION[signOf(value)]}`} aria-hidden="true">
    {ARROW[signOf(value)]}
  </span>
);

/** A price that lights up for a moment when it moves, where motion is welcome. */
export function Price({ value }: { value: string | null }) {
  const element = useRef<HTMLSpanElement>(null);
  const before = useRef(value);
  useEffect(() => {
    const [from, to] = [before.current, value];
    before.current = value;
    if (from === null || to === null || from === to) return;
    const shown = element.current;
    if (shown === null) return;
    shown.classList.remove("ticked-up", "ticked-down");
    // Reading the layout makes the browser begin the animation anew.
    shown.getBoundingClientRect();
    shown.classList.add(Number(to) > Number(from) ? "ticked-up" : "ticked-down");
  }, [value]);
  return (
    <span class="price" ref={element}>
      {grouped(value)}
    </span>
  );
}

export type Level = "ok" | "near" | "over";
/** Where a desk begins to look: four fifths of a limit. */
const NEAR = 0.8;
const LEVEL_TEXT: Readonly<Record<Level, string>> = { ok: "within", near: "near", over: "over" };

export function levelOf(utilisation: string | null): Level {
  const share = utilisation === null ? 0 : Number(utilisation);
  if (share > 1) return "over";
  return share >= NEAR ? "near" : "ok";
}

/** A share of a limit as a bar, its percentage and a word. */
export function UtilisationBar({ utilisation }: { utilisation: string | null }) {
  const level = levelOf(utilisation);
  const share = utilisation === null ? 0 : Math.max(0, Math.min(1, Number(utilisation)));
  return (
    <span class={`utilisation ${level}`}>
      <span class="track" aria-hidden="true">
        <span class="fill" style={{ width: `${share * 100}%` }} />
      </span>
      <span class="number share">{percentOfShare(utilisation)}</span>
      <span class="word">{LEVEL_TEXT[level]}</span>
    </span>
  );
}
