/**
 * Whoever comes back from the identity provider by a flow that is none any more: too late, at another callback, in
 * another browser. The sign-in is over, and its log says why.
 *
 * The browser that it began in is told as of any refusal. Another may be that of somebody who has got hold of the
 * address: it hears the reference, and neither which site it was for nor the address of the sign-in (SEC R-2).
 */
import { type Id, Refusal, type TenantId } from '../lib/index.ts'
import { isOfTest } from './connection-test.ts'
import type { Flow, Lost, LostFlow } from './flows.ts'
import { type Page, refusalPage } from './pages/index.ts'
import type { SignIns } from './sign-ins.ts'

/** For the operator. */
const SAID = {
  'other-browser':
    'The browser that came back has no cookie of this sign-in: it began in another one, or cookies are blocked or were deleted.',
  'other-connection': 'The browser came back to the callback of another connection.',
  'connection-changed': 'The connection was given another issuer while the person was there.',
  'too-late': 'The person was at the identity provider for more than ten minutes.',
  ended: 'The sign-in had been ended in this browser by then.',
} as const satisfies Record<Lost | 'ended', string>

export function isLost(flow: Flow | LostFlow): flow is LostFlow {
  return 'lost' in flow
}

export function lostReturn(lost: keyof typeof SAID): Refusal {
  return new Refusal('flow_expired', SAID[lost], { seen: { lost } })
}

/** The page for whoever may not, or cannot any more, be told of the site. A test goes on: it has its own address. */
export async function refuseLost(
  { signIns }: { readonly signIns: SignIns },
  tenantId: TenantId,
  flow: Flow | LostFlow,
): Promise<Page> {
  const lost = isLost(flow) ? flow.lost : 'ended'
  if (!isOfTest(flow)) await record(signIns, tenantId, flow.signInId, lostReturn(lost))
  return refusalPage({
    code: 'flow_expired',
    reference: flow.signInId,
    instead: lost === 'other-browser' ? 'noCookie' : undefined,
  })
}

function record(
  signIns: SignIns,
  tenantId: TenantId,
  signInId: Id<'sgn'>,
  { code, message, seen }: Refusal,
): Promise<void> {
  const step = { code, message, ...seen }
  return signIns.add(tenantId, signInId, 'refused', step, { outcome: 'refused', code })
}
