/**
 * A site may say which person it asks for, by an ID token of theirs that it has (`id_token_hint`). Where the session is
 * another's, the library asks the identity provider; where that shows another too, nobody is let in, whoever has a session keeps
 * it, and the site hears `login_required` (OpenID Connect Core section 3.1.2.1). No page is in between: the site asked for
 * what it can decide by itself.
 */
import { decodeJwt } from 'jose'
import { isId } from '../lib/index.ts'
import { type Attempt, type Interaction, keep } from './refused.ts'
import type { SignIns, SignInStep } from './sign-ins.ts'

/** Whether the site asks for somebody else. The library has verified the hint when it was asked. */
export function asksForAnother({ params }: Interaction, accountId: string): boolean {
  const { id_token_hint: hint } = params
  return typeof hint === 'string' && decodeJwt(hint).sub !== accountId
}

/** @param steps  that are not in the log yet. @returns where to send the browser */
export async function sendBack(
  { signIns }: { readonly signIns: SignIns },
  { tenantId, signInId, interaction }: Attempt,
  accountId: string,
  steps: readonly SignInStep[],
): Promise<{ readonly to: string }> {
  const code = 'another_person'
  const error = 'login_required'
  await keep(interaction, { error, error_description: `${code} (reference ${signInId})` })
  const message =
    'The site asked for one person (id_token_hint), and the identity provider showed another.'
  const refused = signIns.stepNow('refused', { code, message })
  await signIns.addAll(
    tenantId,
    signInId,
    [...steps, refused, signIns.stepNow('sent-back', { error })],
    { outcome: 'refused', code, ...(isId('idn', accountId) ? { identityId: accountId } : {}) },
  )
  return { to: interaction.returnTo }
}
