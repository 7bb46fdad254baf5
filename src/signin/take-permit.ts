/**
 * Beginning a sign-in costs rows and a round to an identity provider, and nobody has to be known for it, so the edge
 * gives permits by address (SEC L-1): `sign-in` where one begins, `sign-in-page` where it may begin once more.
 *
 * @returns where there is none, how many seconds to wait for one
 */
export type TakePermit = (kind: 'sign-in' | 'sign-in-page') => number | undefined
