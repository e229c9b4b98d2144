/** Views that nobody looks at all day. They are bundled apart and come when one of them is first opened. */
import { Firms } from "./firms.tsx";
import { System } from "./system.tsx";

export type SeldomProps = { readonly view: "firms" | "system"; readonly opened?: string };

export const Seldom = ({ view, ...named }: SeldomProps) =>
  view === "firms" ? <Firms {...named} /> : <System {...named} />;
