/**
 * Facts of the directory of gateways, as they go to the archiver. `gateway-added`: `{gateway, why, at}`. `gateway-drained`: `{gateway, at}`.
 * `gateway-left`: `{gateway, at}`. `at` in epoch ms.
 */

/** `asked`: by an operator; `first`: there was none; `full`: all others were. */
export type GatewayAdded = {
  readonly kind: "gateway-added";
  readonly number: number;
  readonly gateway: string;
  readonly why: "asked" | "first" | "full";
  readonly at: number;
};
export type GatewayDrained = {
  readonly kind: "gateway-drained";
  readonly gateway: string;
  readonly at: number;
};
/** A drained one whose last connection has gone. */
export type GatewayLeft = { readonly kind: "gateway-left"; readonly gateway: string; readonly at: number };
/** Local: how full it says that it is. */
export type GatewayReported = {
  readonly kind: "gateway-reported";
  readonly gateway: string;
  readonly connections: number;
  readonly topics: number;
  readonly at: number;
  /** The disk says something else by too much. */
  readonly stored: boolean;
};

export type DirectoryEvent = GatewayAdded | GatewayDrained | GatewayLeft | GatewayReported;

/** The payload of a fact; undefined for what stays in the object. */
export function factOf(event: DirectoryEvent): string | undefined {
  switch (event.kind) {
    case "gateway-added":
      return JSON.stringify({ gateway: event.gateway, why: event.why, at: event.at });
    case "gateway-drained":
    case "gateway-left":
      return JSON.stringify({ gateway: event.gateway, at: event.at });
    case "gateway-reported":
      return undefined;
  }
}
