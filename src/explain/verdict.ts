/**
 * Can this person sign in? The same questions in the same order as a sign-in asks them, answered from
 * what is known without one. Pure.
 */
import type { Known, Verdict } from './known.ts'
import { ofBrake, ofErased, ofLoading, ofState } from './of-person.ts'
import { ofAlike, ofClaim, ofConnection, ofMapping, ofTenant } from './of-set-up.ts'

/** Of the person: they come in where any of their connections lets them, and of each other it says why not. */
export function verdictOf(known: Known): Verdict {
  const ways = [known, ...known.others.map((connection) => ({ ...known, connection }))]
  const open = ways.find((way) => ofWay(way) === undefined)
  const verdict = verdictAt(open ?? known)
  const isAboutWays = verdict.canSignIn || verdict.because === ofWay(known)?.because
  if (ways.length === 1 || !isAboutWays) return verdict
  const through = open === undefined ? [] : [`Through ${open.connection.label}: ${verdict.because}`]
  const closed = ways.flatMap((way) => {
    const why = ofWay(way)?.because
    return why === undefined ? [] : [`Not through ${way.connection.label}: ${why}`]
  })
  return { ...verdict, because: [...through, ...closed].join(' ') }
}

/** What is missing for a sign-in through the connection. */
function ofWay(known: Known): Verdict | undefined {
  return ofConnection(known) ?? ofMapping(known) ?? ofAlike(known) ?? ofClaim(known)
}

/** Of a sign-in through the connection. */
function verdictAt(known: Known): Verdict {
  return (
    ofErased(known) ??
    ofTenant(known) ??
    ofConnection(known) ??
    ofMapping(known) ??
    ofAlike(known) ??
    ofLoading(known) ??
    ofState(known) ??
    ofClaim(known) ??
    ofBrake(known) ?? {
      canSignIn: true,
      code: null,
      because: `${known.identity?.fqn ?? known.staged?.userName} is active and found by the mapping of ${known.connection.issuer}.`,
      todo: 'Nothing. If they are refused all the same, ask them for the reference on the page.',
      act: null,
    }
  )
}
