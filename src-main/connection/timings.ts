/** The times and limits of a connection (safety §4.3, R3, R5, R22), in one place. */

/** `ws` gives up a handshake that is silent this long. Below {@link dialTimeoutMs}, so that it fails first (safety F1). */
export const handshakeTimeoutMs = 8_000;
/** reconnecting-websocket gives up a handshake as a whole, one that drips included. */
export const dialTimeoutMs = 10_000;
/** A dialer that reported nothing by then is abandoned (safety F2). */
export const watchdogMs = dialTimeoutMs + 5_000;
/**
 * A socket that was given up is waited for this long before the next one is dialed (safety F6). Less than the program
 * has for its end: the store is closed after it (safety R38).
 */
export const closeTimeoutMs = 1_000;

export const pingIntervalMs = 15_000;
export const pongDeadlineMs = 10_000;
/** The deadline after a nudge: resume, network back, a click. */
export const nudgeDeadlineMs = 5_000;
/** A timer this late means that we were asleep or busy, and says nothing about the other side (safety R32). */
export const maxLatenessMs = 2_000;
/** Outgoing bytes within one deadline that count as life: more than pings and small frames, less than the slowest upload. */
export const minProgressBytes = 16 * 1024;

/**
 * So much of an upload is written before the event loop has its turn (safety F9) and the other side is asked for a pong:
 * on a line of 50 kB/s one comes each 2.6 s, and on one of 6 kB/s each 22 s, still within the 25 s that silence may last.
 */
export const bytesBetweenPings = 128 * 1024;
/** What the system may hold of what it took from us: Linux's largest send buffer, `tcp_wmem`. */
const maxSystemBufferBytes = 4 * 1024 * 1024;
/** Half of the slowest line that an upload must survive on (safety R4): it is not alone there. */
const slowestBytesPerSecond = 25_000;
/** So long may what is behind an upload wait for an answer after the system took it, as long as pongs come. 168 s at most. */
export const drainMs = (takenBytes: number): number =>
  (Math.min(takenBytes, maxSystemBufferBytes) / slowestBytesPerSecond) * 1_000;

/** From a request's turn to its reply (protocol reading, "lanes"). */
export const replyTimeoutMs = 15_000;

export const firstDelayMs = 500;
export const maxDelayMs = 30_000;
/** The cap after a close code of the server's own (4xxx): it has a reason to send us away (safety A34). */
export const maxDelayAfterPolicyMs = 300_000;
/** A connection that was logged in this long starts the back-off anew. */
export const stableAfterMs = 30_000;

/** So many kicks within this time, and coming back is left to the person (safety R35). */
export const kicksToPause = 3;
export const kickWindowMs = 120_000;
/** A connection that the server closes later than this after the log-in was not kicked by one that came back at once. */
export const maxReadyBeforeKickMs = 20_000;

/** More unreadable frames than this within a minute, and the connection is closed as broken (safety R22). */
export const maxRejectsPerMinute = 20;
/** A frame with more bad rows than this counts as one of them, though the good rows in it are taken: it costs its time. */
export const maxDroppedRowsUncounted = 100;

/** Frames that may come at once, and in a second: above it the other side waits, since each takes 20 to 50 µs (safety T16). */
export const maxFrameBurst = 20_000;
export const framesPerSecond = 4_000;

/** Each step of the probe: a name, a port, TLS, an answer. The upgrade has the dialer's limits. */
export const probeStepTimeoutMs = 5_000;
