/** A list of the API in a panel: while it comes, where it cannot, where it is empty, and how much of it is shown. */
import type { Resource } from "../hooks.ts";
import { Empty, Failure, Loading } from "./states.tsx";

type Listing<Item> = {
  readonly items: readonly Item[];
  /** Null where it is not known. */
  readonly total: number | null;
};
type ListedProps<Item> = {
  readonly resource: Resource<Listing<Item>>;
  readonly what: string;
  readonly empty: string;
  readonly children: (items: readonly Item[]) => preact.JSX.Element;
};

export function Listed<Item>({ resource: { value, failure }, what, empty, children }: ListedProps<Item>) {
  if (value === undefined)
    return failure === undefined ? <Loading what={what} /> : <Failure failure={failure} what={what} />;
  if (value.items.length === 0) return <Empty>{empty}</Empty>;
  return (
    <>
      {children(value.items)}
      {value.total !== null && value.items.length < value.total ? (
        <p class="muted small">
          {value.items.length} of {value.total}; the API has the others.
        </p>
      ) : null}
    </>
  );
}
