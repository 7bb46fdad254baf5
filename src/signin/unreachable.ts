/** Why a call on our one way out came to nothing. */

/** Where we may not connect to, or nobody answered. Says no more, so that it cannot be used to look around (SEC X-4). */
export class Unreachable extends Error {}

/** Nobody was asked: the address is none that we connect to. */
export class NotAllowed extends Unreachable {}

export function nobodyAnswered(cause?: unknown): Unreachable {
  return new Unreachable('Nobody answered there in time.', { cause })
}
