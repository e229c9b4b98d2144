/** The views that are fetched when one of them is first opened. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { refusedOf } from "../hooks.ts";
import type { SeldomProps } from "../views/seldom.tsx";
import { Failure, Loading } from "./states.tsx";

type Fetched = { readonly Seldom?: ComponentType<SeldomProps>; readonly failure?: unknown };

export function Later(props: SeldomProps) {
  const [{ Seldom, failure }, setFetched] = useState<Fetched>({});
  useEffect(() => {
    import("../views/seldom.tsx").then(setFetched, (reason) => setFetched({ failure: reason }));
  }, []);
  if (failure !== undefined) return <Failure failure={refusedOf(failure)} what="page. Reload this one" />;
  return Seldom === undefined ? <Loading what="page" /> : <Seldom {...props} />;
}
