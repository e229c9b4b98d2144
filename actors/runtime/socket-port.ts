/** The narrow port to hibernating WebSockets: what the platform keeps open while the object sleeps. */

/** A platform's WebSocket is one as it stands; tests bring their own. */
export interface Socket {
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Kept by the platform while the object sleeps; at most ATTACHMENT_BYTES_MAX. */
  serializeAttachment(value: unknown): void;
  deserializeAttachment(): unknown;
}

export interface SocketPort {
  /** A new socket, and the answer that opens it at the client's end. */
  open(protocol: string | undefined): { readonly socket: Socket; readonly response: Response };
  /** All that are open, in no order. */
  list(): readonly Socket[];
}
