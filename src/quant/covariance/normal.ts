/**
 * The normal distribution: what lies below a share of it, and how dense it is there. M. J. Wichura, Algorithm AS 241 (PPND16), Applied
 * Statistics 37 (1988), good to about 16 digits; without its far tail, which begins at shares that no confidence of six decimals reaches.
 */

/** Decimals of a quantile that something is decided by. */
export const QUANTILE_SCALE = 9;

/** Between these, by distance from the middle, the central fraction holds. */
const CENTRAL = 0.425;

const NEAR = {
  over: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
    67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  under: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
} as const;
const FAR = {
  over: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  under: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
} as const;

/** The standard normal's quantile of a share between 0 and 1. */
export function normalQuantile(share: number): number {
  const fromMiddle = share - 0.5;
  if (Math.abs(fromMiddle) <= CENTRAL) {
    const rest = CENTRAL * CENTRAL - fromMiddle * fromMiddle;
    return (fromMiddle * polynomial(NEAR.over, rest)) / polynomial(NEAR.under, rest);
  }
  const tail = Math.sqrt(-Math.log(Math.min(share, 1 - share))) - 1.6;
  return (Math.sign(fromMiddle) * polynomial(FAR.over, tail)) / polynomial(FAR.under, tail);
}

export const normalDensity = (at: number): number => Math.exp(-0.5 * at * at) / Math.sqrt(2 * Math.PI);

function polynomial(coefficients: readonly number[], at: number): number {
  let value = 0;
  for (let place = coefficients.length - 1; place >= 0; place--)
    value = value * at + (coefficients[place] ?? 0);
  return value;
}
