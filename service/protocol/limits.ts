/** Bounds of the wire, the same for both roles. */
export const PROTOCOL_VERSION = 5;
/** Longest message that is read, in bytes of UTF-8. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
/**
 * Longest error text that is explained, in UTF-16 units: as JSON escapes it each takes six bytes of a message at the
 * most.
 */
export const MAX_ERROR_TEXT = 10_000;
/** Longest text by which memory is said to have run out, of what the shim tells. */
export const MAX_MEMORY_ERROR = 1_500;
/** Largest side of a picture, in pixels, and most pictures at a time, of what is estimated. */
export const MOST_PX = 16_384;
export const MOST_BATCH = 256;
/** Messages a second from one page or program, over a window of one second. */
export const MAX_MESSAGES_PER_SECOND = 50;
/** The same from the host: a generation has some eleven, and what is said late is set against the device of now. */
export const MAX_HOST_MESSAGES_PER_SECOND = 200;
/**
 * A viewer with more than this waiting in its socket gets only the latest of each kind of message: fifty that do not
 * read cost 13 MiB.
 */
export const SOFT_BUFFERED_BYTES = 256 * 1024;
