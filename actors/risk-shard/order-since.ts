/** What few orders have: of their end, of the connection that they came by, and what the venue has said of them. */
export type OrderSince = {
  /** When the venue said that it has it, and under which name. */
  readonly acknowledgedAt?: number;
  readonly venueOrderId?: string;
  /** Where its sender said so: from then on it works no more, whatever the venue has said. */
  readonly expiresAt?: number;
  /** The armed connection that it came by: when that closes, its cancel is asked. */
  readonly connection?: string;
};
