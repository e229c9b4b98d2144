/** One limit of a firm or desk and who has how much of it, down to the accounts. Desks ask for their own part of it. */
import type { ComponentChildren } from "preact";
import { age } from "../figures.ts";
import { byConcern, fragmentOfNode, idOf } from "../firm-tree.ts";
import { useResource } from "../hooks.ts";
import type { Quota, QuotaChild, QuotaLimit } from "../shapes.ts";
import { Money } from "./figures.tsx";
import { NUMBER, Table, WIDE_NUMBER } from "./panel.tsx";
import { QuotaBar } from "./quota-bar.tsx";

/** Grants change with orders; a second look is soon enough for a reader. */
export const QUOTA_MS = 2_000;
const DESK = "desk:";

const COLUMNS = [
  { name: "With" },
  { name: "Share", narrow: "hide" },
  { name: "Used", number: true },
  { name: "Granted", number: true },
  { name: "Wanted", number: true, narrow: "hide" },
  { name: "Heard", number: true, narrow: "hide" },
] as const;

type QuotaTreeProps = { readonly quota: Quota; readonly limit: QuotaLimit };

export const QuotaTree = ({ quota: { node }, limit }: QuotaTreeProps) => (
  <Table label={`Who has how much of ${limit.budget}`} columns={COLUMNS}>
    <Row
      {...{ name: node, depth: 0, whole: limit.limit }}
      {...{ used: limit.used, granted: limit.granted, isOver: limit.isOver }}
    />
    <Children items={limit.children} budget={limit.budget} depth={1} whole={limit.limit} />
  </Table>
);

type ChildrenProps = {
  readonly items: readonly QuotaChild[];
  readonly budget: string;
  readonly depth: number;
  readonly whole: string;
};

const Children = ({ items, ...place }: ChildrenProps) => (
  <>
    {byConcern(items).map((child) => (
      <Child key={child.child} {...place} child={child} />
    ))}
  </>
);

type ChildProps = Omit<ChildrenProps, "items"> & { readonly child: QuotaChild };

const Child = ({ child, budget, depth, whole }: ChildProps) => (
  <>
    <Row
      {...{ name: child.child, depth, whole, used: child.used, granted: child.granted, isOver: false }}
      wanted={child.wanted}
      heard={age(child.heardMs)}
    >
      {child.isFenced ? (
        <span
          class="badge verdict-fail"
          title="Two copies of it have asked. Nothing grows there until somebody admits one of them."
        >
          ✕ fenced
        </span>
      ) : null}
      {child.isSilent ? (
        <span class="badge warn" title="It has not asked for so long that nothing grows there.">
          silent
        </span>
      ) : null}
    </Row>
    {child.child.startsWith(DESK) ? (
      <DeskChildren desk={idOf(child.child)} budget={budget} depth={depth + 1} whole={whole} />
    ) : null}
  </>
);

function DeskChildren({ desk, ...place }: Omit<ChildrenProps, "items"> & { readonly desk: string }) {
  const { value } = useResource("/v1/desks/{desk}/quota", { desk }, QUOTA_MS);
  const own = value?.limits.find(({ budget }) => budget === place.budget);
  return own === undefined ? null : <Children {...place} items={own.children} />;
}

type RowProps = {
  readonly name: string;
  readonly depth: number;
  readonly whole: string;
  readonly used: string;
  readonly granted: string;
  readonly isOver: boolean;
  readonly wanted?: string;
  readonly heard?: string;
  readonly children?: ComponentChildren;
};

function Row({ name, depth, whole, used, granted, isOver, wanted, heard, children }: RowProps) {
  // Parts of a split account have no page of their own.
  const isPlain = depth === 0 || name.startsWith("part:");
  return (
    <tr data-key={name} class={depth === 0 ? "current" : ""}>
      <th scope="row" class="quota-name" style={{ paddingLeft: `${14 + depth * 20}px` }}>
        {isPlain ? (
          name
        ) : (
          <a href={fragmentOfNode(name)} data-row>
            {name}
          </a>
        )}{" "}
        {isOver ? <span class="badge verdict-fail">over</span> : null}
        {children}
      </th>
      <td class="wide-only quota-share">
        <QuotaBar used={used} granted={granted} whole={whole} level={isOver ? "over" : ""} />
      </td>
      <td class={NUMBER}>
        <Money value={used} />
      </td>
      <td class={NUMBER}>
        <Money value={granted} />
      </td>
      <td class={WIDE_NUMBER}>{wanted === undefined ? null : <Money value={wanted} />}</td>
      <td class={WIDE_NUMBER}>{heard}</td>
    </tr>
  );
}
