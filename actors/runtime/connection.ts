/** One client at the other end of a socket, as an op of an actor sees it, and what the edge says of it when it opens. */
import type { Envelope } from "./envelope.ts";
import type { Socket } from "./socket-port.ts";

/** Who opened the connection. It lies in an attachment, so it holds no secret: a key is named by `subject`, its id. */
export type SocketCredential = {
  readonly tenant: string;
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly expiresAt?: number;
};

/** Asks whoever issued the credential whether it still holds. A throw means that nobody knows now. */
export type StillValid = (credential: SocketCredential) => Promise<boolean>;

/** What the edge sends beside an upgrade that it has admitted, as JSON in this header. The subprotocol travels in its own. */
export type SocketTicket = { readonly envelope: Envelope; readonly credential: SocketCredential };
export const SOCKET_HEADER = "x-outcry-socket";

export type Connection = {
  readonly id: string;
  readonly socket: Socket;
  readonly credential: SocketCredential;
  /** A new envelope for a command that this client caused, with a deadline from now. */
  readonly envelope: () => Envelope;
};
