/** Which sweeps a reader of an order book asks for, at the instrument's scales. */
import { type ScaledFailure, scaledInteger } from "../../../src/domain/decimal.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { MONEY_SCALE, parseMoney } from "../../../src/domain/money.ts";
import { isInverse } from "../../../src/domain/worth.ts";
import { type SweepAsked, standardSweeps } from "../../../src/quant/depth/depth-metrics.ts";
import { type ActorReply, answer, refusal } from "../../runtime/reply.ts";
import type { DepthQuery } from "../messages.ts";

type Asked = Pick<DepthQuery, "sweepSizes" | "sweepNotionals">;

/** In the order of the question, sizes first; the standard one where nothing is asked. Digits beyond a scale are refused, never rounded. */
export function sweepsAsked(
  { sweepSizes = [], sweepNotionals = [] }: Asked,
  instrument: Pick<Instrument, "sizeScale" | "contract">,
): ActorReply<readonly SweepAsked[]> {
  const { sizeScale } = instrument;
  const asked: SweepAsked[] = [];
  for (const text of sweepSizes) {
    const size = scaledInteger(text, sizeScale);
    if (!size.ok) return refusal(size.code, detailOf("sweepSizes", size.code, sizeScale));
    asked.push({ size: size.value });
  }
  if (sweepNotionals.length > 0 && isInverse(instrument))
    return refusal("contract-unsupported", "sweepNotionals: an inverse contract is swept by size");
  for (const text of sweepNotionals) {
    const notional = parseMoney(text);
    if (!notional.ok) return refusal(notional.code, detailOf("sweepNotionals", notional.code, MONEY_SCALE));
    asked.push({ notional: notional.value });
  }
  return answer(asked.length === 0 ? standardSweeps(instrument) : asked);
}

const detailOf = (field: string, code: ScaledFailure, scale: number): string =>
  code === "scale-exceeded" ? `${field}: at most ${scale} decimals` : `${field}: out of range`;
