/** Which gateways there are and how full, by their own word and by what was sent there since. */
export type GatewayEntry = {
  readonly gateway: string;
  readonly addedAt: number;
  draining: boolean;
  connections: number;
  topics: number;
  /** Null until it has reported. */
  reportedAt: number | null;
  /** Connections as they stand on disk, where small changes are not written. */
  storedConnections: number;
};

/** Connections that were sent somewhere within one second. */
export type Arriving = { readonly second: number; count: number };

export type DirectoryState = {
  /** By name, in the order they were added. */
  readonly gateways: Map<string, GatewayEntry>;
  /** The number of the next one: none is ever used twice, since an old session may name it. */
  next: number;
};

export const initialState = (): DirectoryState => ({ gateways: new Map(), next: 1 });
