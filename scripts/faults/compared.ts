/** What the comparing program says in its one line. */
export type Compared = {
  readonly trades: number;
  readonly orders: number;
  readonly executions: number;
  readonly facts: number;
  readonly lost: number;
  readonly doubled: number;
  readonly parked: number;
  readonly wrong: readonly string[];
  readonly letters: readonly { readonly actor: string; readonly first: number; readonly reason: string }[];
};

/** What the comparing program found, as faults. */
export function faultsOf({ lost, doubled, wrong }: Compared): string[] {
  return [
    ...(lost === 0 ? [] : [`${lost} lost`]),
    ...(doubled === 0 ? [] : [`${doubled} doubled`]),
    ...wrong.slice(0, WRONG_SHOWN_MAX),
    ...(wrong.length > WRONG_SHOWN_MAX ? [`and ${wrong.length - WRONG_SHOWN_MAX} more`] : []),
  ];
}

/** Enough to see what is wrong; the rest is the same again. */
const WRONG_SHOWN_MAX = 12;
