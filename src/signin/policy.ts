/** When the provider must stop and ask: the library's own questions, and ours. */
import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import { isProvisioning } from './clients.ts'

const { Check, Prompt } = interactionPolicy

export function interactionsPolicy() {
  const prompts = interactionPolicy.base()
  // Somebody who is signed in wants to be somebody else, or to say anew where they work.
  prompts.add(new Prompt({ name: 'select_account', requestable: true }), 0)
  const login = prompts.get('login')
  login?.checks.add(
    new Check(
      'account_inactive',
      'the person of this session is not active any more',
      'login_required',
      ({ oidc }) => oidc.session?.accountId !== undefined && oidc.account === undefined,
    ),
  )
  // A session of a person is no session of an administrator, nor the reverse.
  login?.checks.add(
    new Check(
      'account_kind',
      'this application needs another kind of account',
      'login_required',
      (ctx) =>
        ctx.oidc.session?.accountId !== undefined &&
        isAdministrator(ctx) !== isProvisioning(ctx.oidc.client),
    ),
  )
  // Whoever hands over the right to provision signs in for it each time, and is looked up anew.
  login?.checks.add(
    new Check(
      'administrator',
      'an administrator signs in each time',
      'login_required',
      ({ oidc }) => isProvisioning(oidc.client) && oidc.result?.login === undefined,
    ),
  )
  login?.checks.add(
    new Check(
      'acr_values',
      'the person has not signed in as the site wishes',
      'login_required',
      wishesAnotherStrength,
    ),
  )
  // Handing over the right to provision is consented to each time (SEC T-10).
  prompts
    .get('consent')
    ?.checks.add(
      new Check(
        'provisioning',
        'provisioning needs consent',
        ({ oidc }) => isProvisioning(oidc.client) && oidc.result?.consent === undefined,
      ),
    )
  return prompts
}

function isAdministrator({ oidc }: KoaContextWithOIDC): boolean {
  return oidc.session?.accountId?.startsWith('admin/') === true
}

/** What comes back is for the site to judge, so it is asked once; and a wish is no reason to refuse whoever wants no page. */
function wishesAnotherStrength({ oidc }: KoaContextWithOIDC): boolean {
  const wished = oidc.params?.['acr_values']
  if (typeof wished !== 'string' || oidc.prompts.has('none')) return false
  const { session, result } = oidc
  if (session?.accountId === undefined || result?.login !== undefined) return false
  return session.acr === undefined || !wished.split(' ').includes(session.acr)
}
