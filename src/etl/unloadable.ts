/**
 * One record is at fault, not the batch: quarantined with this message, at once, because it stays so until
 * the record or the rules change.
 */
export class Unloadable extends Error {}

/** One that may pass by itself: tried again first. */
export class NotYetLoadable extends Unloadable {}
