/**
 * What costs us something and needs nobody to be known is given out by the edge, by address (SEC L-1): `sign-in` where one
 * begins, with rows and a round to an identity provider; `sign-in-page` where it may begin once more; `refused-token`
 * where a token is none.
 *
 * @returns where there is none, how many seconds to wait for one
 */
import type { IncomingMessage } from 'node:http'

export type TakePermit = (kind: 'sign-in' | 'sign-in-page' | 'refused-token') => number | undefined

const taking = new WeakMap<IncomingMessage, TakePermit>()

/** Keeps it with the request, for where the library has nothing else of us. */
export function keepPermits(request: IncomingMessage, takePermit: TakePermit): void {
  taking.set(request, takePermit)
}

/** As kept with the request. */
export function takePermitFor(
  request: IncomingMessage,
  kind: Parameters<TakePermit>[0],
): number | undefined {
  return taking.get(request)?.(kind)
}
