/** Names of gateways and of the sessions that they keep, and how many connections one has. */

/** Connections of one gateway. Each message is sent so many times in its own thread: some milliseconds. */
export const GATEWAY_CONNECTIONS_MAX = 2_000;

/** Objects of the gateway by name; numbers are never used twice. */
export const GATEWAY_PATTERN = /^g-[1-9][0-9]{0,8}$/;
export const gatewayNamed = (number: number): string => `g-${number}`;

/** `<gateway>.<128 random bits in hex>`: it says who keeps it. */
export const SESSION_PATTERN = /^(g-[1-9][0-9]{0,8})\.([0-9a-f]{32})$/;
/** The gateway that keeps a session; undefined where it is no session. */
export const gatewayOfSession = (session: string): string | undefined => SESSION_PATTERN.exec(session)?.[1];
