/** Files that share a process hand it on with the timers that they found. */
import { afterAll, vi } from "vitest";

afterAll(() => void vi.useRealTimers());
