/** What is divided by nothing does not exist: it is told as null, and is never 0, 50 or 100 by convention. */
export const percentOf = (part: number, whole: number): number =>
  whole === 0 ? Number.NaN : (100 * part) / whole;

export const ratioOf = (part: number, whole: number): number => (whole === 0 ? Number.NaN : part / whole);
