/** The largest quantity on the lot grid that limits still admit: one lot more fails. */
import { judgeMinimum } from "./checks/below-min.ts";
import { isReduction, type Scene, withQty } from "./scene.ts";

/**
 * `admits` must hold for every smaller quantity where it holds for one: then halving finds the edge in as many steps as the
 * quantity has bits. What closes is always admitted by limits of the position, so a flip is cut to the close at the least.
 */
export function largestAdmissible(scene: Scene, admits: (smaller: Scene) => boolean): bigint {
  const lot = BigInt(scene.inputs.instrument?.lotSize ?? 0);
  if (lot <= 0n) return 0n;
  let admitted = 0n;
  let refused = scene.qty / lot;
  while (refused - admitted > 1n) {
    const middle = (admitted + refused) / 2n;
    if (admits(withQty(scene, middle * lot))) admitted = middle;
    else refused = middle;
  }
  return notBelowMin(withQty(scene, admitted * lot), lot);
}

/** Below the instrument's minimum only what closes may go. */
function notBelowMin(scene: Scene, lot: bigint): bigint {
  if (scene.qty === 0n || judgeMinimum(scene) !== "fail") return scene.qty;
  const closing = withQty(scene, (scene.closable / lot) * lot);
  return isReduction(closing) && closing.qty < scene.qty ? closing.qty : 0n;
}
