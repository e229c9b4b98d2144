/** A list of the API in a panel: while it comes, where it cannot, where it is empty, and how much of it is shown. */
import type { Resource } from "../hooks.ts";
import { Empty, Failure, Loading } from "./states.tsx";

type Listing<Item> = {
  readonly items: readonly Item[];
  /** Null or absent where it is not known. */
  readonly total?: number | null;
};
type ListedProps<Item> = {
  readonly resource: Resource<Listing<Item>>;
  readonly what: string;
  /** Without it the list is hidden where it is empty. */
  readonly empty?: string;
  readonly children: (items: readonly Item[]) => preact.JSX.Element;
};

export function Listed<Item>({ resource: { value, failure }, what, empty, children }: ListedProps<Item>) {
  if (value === undefined && failure !== undefined) return <Failure failure={failure} what={what} />;
  if (empty === undefined && !value?.items.length) return null;
  if (value === undefined) return <Loading what={what} />;
  if (value.items.length === 0) return <Empty>{empty}</Empty>;
  return (
    <>
      {children(value.items)}
      {value.items.length < (value.total ?? 0) ? (
        <p class="muted small">
          {value.items.length} of {value.total}; the API has the others.
        </p>
      ) : null}
    </>
  );
}
