/** What happens in a split; each, but a number that is drawn, is one fact for the archiver: `{tenant, account}` and its fields. Moments in epoch ms. */

export type SplitEvent =
  | {
      readonly kind: "split-asked";
      readonly id: string;
      readonly from: number;
      readonly to: number;
      readonly slots: number;
      readonly by: string;
      readonly at: number;
    }
  /** Every part has the account's settings, as they were by change `n` at least, and its place under the split's node. */
  | { readonly kind: "split-prepared"; readonly parts: number; readonly n: number; readonly at: number }
  | {
      readonly kind: "split-move-began";
      readonly move: number;
      readonly from: number;
      readonly to: number;
      readonly slots: readonly number[];
      readonly at: number;
    }
  /** The point of no return: from now on the slots are the other part's. */
  | {
      readonly kind: "split-move-cut";
      readonly move: number;
      readonly pages: number;
      readonly symbols: number;
      readonly at: number;
    }
  | {
      readonly kind: "split-move-done";
      readonly move: number;
      readonly version: number;
      readonly fencedMs: number;
      readonly at: number;
    }
  /** `ends`: the whole split with it. */
  | {
      readonly kind: "split-move-given-up";
      readonly move: number;
      readonly reason: string;
      readonly ends: boolean;
      readonly at: number;
    }
  | { readonly kind: "split-move-undone"; readonly move: number; readonly at: number }
  | { readonly kind: "split-moved-all"; readonly at: number }
  | { readonly kind: "split-given-up"; readonly reason: string; readonly at: number }
  | { readonly kind: "split-ended"; readonly parts: number; readonly at: number }
  /** Limits, states or the account itself have changed: every part is to hear of it. */
  | { readonly kind: "split-settings-changed"; readonly n: number; readonly at: number }
  | { readonly kind: "split-settings-passed-on"; readonly n: number; readonly at: number }
  /** What parts are told under it is newer than all that they were told before. Told to nobody. */
  | { readonly kind: "split-numbered"; readonly n: number };

export type ToldEvent = Exclude<SplitEvent, { readonly kind: "split-numbered" }>;
export const isTold = (event: SplitEvent): event is ToldEvent => event.kind !== "split-numbered";

export function factOf(tenant: string, account: string, { kind: _, ...fields }: ToldEvent): string {
  return JSON.stringify({ tenant, account, ...fields });
}
