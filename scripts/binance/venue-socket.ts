/** One WebSocket to the venue: says what happens on it, and answers each ping with its own payload. */
import { WebSocket } from "ws";

export type SocketEvents = {
  readonly opened: () => void;
  readonly frame: (text: string) => void;
  readonly pinged: () => void;
  /** Once, however it ended; `waitMs` is what the venue asks for before the next attempt. */
  readonly ended: (why: string, waitMs?: number) => void;
};
export type VenueSocket = { close(): void };

/** The largest frame of these streams has some hundred bytes. */
const FRAME_BYTES_MAX = 1024 * 1024;
/** A peer that does not answer our close is cut off. */
const CLOSE_MS_MAX = 2_000;

export function openSocket(url: string, events: SocketEvents): VenueSocket {
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: FRAME_BYTES_MAX });
  let over = false;
  const end = (why: string, waitMs?: number): void => {
    if (over) return;
    over = true;
    events.ended(why, waitMs);
  };
  socket.on("open", () => events.opened());
  socket.on("ping", () => events.pinged());
  // A binary frame is none of these streams: it becomes text that no parser takes, and is counted as such.
  socket.on("message", (bytes, binary) => events.frame(binary ? "" : String(bytes)));
  socket.on("unexpected-response", (request, response) => {
    request.destroy();
    const waitMs = Number(response.headers["retry-after"]) * 1_000;
    end(`status ${response.statusCode}`, Number.isFinite(waitMs) ? waitMs : undefined);
  });
  socket.on("error", (error) => end(error.message || error.name));
  socket.on("close", (code, reason) => end(`closed with ${code}${reason.length > 0 ? ` ${reason}` : ""}`));
  return {
    close: () => {
      over = true;
      socket.close();
      setTimeout(() => socket.terminate(), CLOSE_MS_MAX).unref();
    },
  };
}
