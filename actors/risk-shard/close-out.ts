/** While somebody may only reduce, an order that would flip what is held is decided as the close of it: the rest was never asked. */
import { type Scene, withQty } from "./scene.ts";

/** The order, or as much of it as closes, on the lot grid. Facts from before orders were cut do not say that they are. */
export function cutToClose(scene: Scene): Scene {
  const { standing, instrument } = scene.inputs;
  const lot = BigInt(instrument?.lotSize ?? 0);
  if (standing.cutsFlips !== true || lot <= 0n || scene.qty % lot !== 0n) return scene;
  const [account, strategy, symbol, sector] = standing.severities;
  const isWide = account + symbol + sector > 0;
  const { closable, strategyClosable } = scene;
  const own = strategy > 0 && (!isWide || strategyClosable < closable) ? strategyClosable : closable;
  const cut = (own / lot) * lot;
  return cut > 0n && cut < scene.qty ? withQty(scene, cut) : scene;
}

export const isCut = ({ qty, inputs: { order } }: Scene): boolean => qty < BigInt(order.qty);
