/** One record is at fault, not the batch: tried again, then quarantined with this message. */
export class Unloadable extends Error {}
