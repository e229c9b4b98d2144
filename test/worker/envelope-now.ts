/** An envelope as the edge makes it, for calls that a test makes in the edge's place. */
import { systemClock } from "../../actors/runtime/clock.ts";
import { type Envelope, systemEnvelope } from "../../actors/runtime/envelope.ts";

export const envelopeNow = (): Envelope => systemEnvelope(systemClock.now());
