/** The pieces that every view is laid out with. */
import type { ComponentChildren } from "preact";

type PanelProps = {
  readonly title: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly class?: string;
};

export const Panel = ({ title, aside, children, class: name = "" }: PanelProps) => (
  <section class={`panel ${name}`} aria-label={title}>
    <header class="panel-head">
      <h2>{title}</h2>
      {aside === undefined ? null : <div class="aside">{aside}</div>}
    </header>
    {children}
  </section>
);

type SwitchProps<Option extends string> = {
  readonly label: string;
  readonly options: readonly Option[];
  readonly chosen: Option;
  readonly onChoose: (option: Option) => void;
};

/** One of a few, at a press. */
export const Switch = <Option extends string>({ label, options, chosen, onChoose }: SwitchProps<Option>) => (
  <fieldset class="switch choice">
    <legend class="hidden">{label}</legend>
    {options.map((one) => (
      <button key={one} type="button" aria-pressed={one === chosen} onClick={() => onChoose(one)}>
        {one}
      </button>
    ))}
  </fieldset>
);

/** A named figure. */
export const Tile = ({
  name,
  children,
  title,
}: {
  name: string;
  children: ComponentChildren;
  title?: string;
}) => (
  <div class="tile" title={title}>
    <dt>{name}</dt>
    <dd class="number">{children}</dd>
  </div>
);

type Column = { readonly name: string; readonly number?: boolean; readonly narrow?: "hide" };
type TableProps = {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly children: ComponentChildren;
};

/** A table that scrolls by itself where the screen is too narrow; `narrow: "hide"` columns leave first. */
export const Table = ({ label, columns, children }: TableProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard.
  <section class="scroll" aria-label={label} tabIndex={0}>
    <table aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ name, number, narrow }) => (
            <th
              key={name}
              scope="col"
              class={`${number ? "number" : ""} ${narrow === "hide" ? "wide-only" : ""}`}
            >
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </section>
);

export type Field<Item> = {
  readonly name: string;
  readonly cell: (item: Item) => ComponentChildren;
  readonly number?: boolean;
  readonly title?: string;
};
type ListingProps<Item> = {
  readonly label: string;
  readonly fields: readonly Field<Item>[];
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
};

/** A table whose columns say what stands in their cells. */
export const Listing = <Item,>({ label, fields, items, keyOf }: ListingProps<Item>) => (
  <Table label={label} columns={fields}>
    {items.map((item) => (
      <tr key={keyOf(item)} data-key={keyOf(item)}>
        {fields.map(({ name, number, cell }) => (
          <td key={name} class={number ? NUMBER : ""}>
            {cell(item)}
          </td>
        ))}
      </tr>
    ))}
  </Table>
);

/** A cell's classes, the same as its column's. */
export const NUMBER = "number";
export const WIDE_NUMBER = "number wide-only";
export const WIDE = "wide-only";
