/** Limits that client and server share, with their arithmetic. One place; tests import them from here. */

/** A text message: our server takes 64 KiB, and 8,000 code points of 4 bytes are 32,000 bytes. Counted in code points. */
export const maxTextCodePoints = 8_000;
/**
 * What is being written, which may become a file where it is too long for a message: a book has about a million letters.
 * It crosses IPC with every pause in typing. Counted in UTF-16 units, as the box counts them.
 */
export const maxDraftUnits = 1_000_000;
/** A name: long enough for any name we met, short enough for a list row's tooltip. Counted in code points. */
export const maxNameCodePoints = 64;
/** RFC 5321 §4.5.3.1.3. Counted in characters. */
export const maxEmailLength = 254;
/** NIST 800-63B asks for at least 64; longer helps nobody and scrypt hashes it all the same. Counted in code points. */
export const maxPasswordCodePoints = 128;
/** NIST 800-63B §5.1.1.1. Counted in code points. */
export const minPasswordCodePoints = 8;
/** An address typed by hand; browsers cut at 2,048 too. */
export const maxAddressLength = 2_048;
/** The server's own words under a field (safety.md T36). Counted in characters. */
export const maxServerTextLength = 300;
/** One page of messages that crosses IPC. A screen shows about 30. */
export const maxPageSize = 200;
/** What is looked for. Longer than any sentence one remembers. Counted in UTF-16 units. */
export const maxQueryLength = 200;
/** Found messages that cross IPC together. The list shows about 10. */
export const maxHitsPerPage = 50;
/** What is asked for at once: two screens, so that a page is there before it is scrolled to. */
export const pageSize = 60;
