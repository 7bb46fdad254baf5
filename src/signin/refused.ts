/**
 * How an attempt to sign in is refused: a row in the sign-in log, a page for the person with the
 * reference to it, and a way back from there to the site, which hears the code.
 *
 * The address of a return is good once, so what is refused there is shown at the sign-in's own, which can be
 * loaded again (docs/decisions/0054).
 */
import type { InteractionResults, Provider } from 'oidc-provider'
import { type Id, isId, Refusal, type RefusalCode, REFUSALS, type TenantId } from '../lib/index.ts'
import { authorityOf, type Client } from '../tenants/index.ts'
import { Held } from './find-person.ts'
import type { Given } from './given.ts'
import { inLocales, type Page, refusalPage } from './pages/index.ts'
import { oauthErrorOf } from './respond.ts'
import type { SignIns } from './sign-ins.ts'

export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

/** What is known of an attempt under way. */
export interface Attempt {
  readonly tenantId: TenantId
  readonly signInId: Id<'sgn'>
  readonly client: Client | undefined
  readonly interaction: Interaction
  /** Whoever waits does not want the page to try again by itself. */
  readonly triesByHand?: boolean
}

export type RefusedGiven = Pick<Given, 'tenants' | 'publicUrl'> & { readonly signIns: SignIns }

/** The refusal that the log has already, left with the interaction. */
interface Told {
  readonly signInId: Id<'sgn'>
  readonly code: RefusalCode
  readonly message: string
}

/** In the query of a sign-in's address: shows what was refused last, and begins nothing. */
const REFUSED = 'refused'

/** Of these nothing is left to be decided again: whoever tries again goes to the identity provider. */
const BEGINS_ANEW: ReadonlySet<RefusalCode> = new Set([
  'idp_error',
  'idp_unreachable',
  'application_refused',
  'token_refused',
  'flow_expired',
])

/** Leaves something with the interaction, for the next request of this browser or for the provider. */
export async function keep(interaction: Interaction, result: InteractionResults): Promise<void> {
  const before = interaction.result
  interaction.result = result
  try {
    await interaction.persist()
  } catch (error) {
    // Nobody who keeps something else with it later keeps this too.
    interaction.result = before
    throw error
  }
}

/** Runs a part of an attempt; a refusal becomes its page. */
export function refusing<T>(
  given: RefusedGiven,
  attempt: Attempt,
  act: () => Promise<T>,
): Promise<T | Page> {
  return recording(given, attempt, act, (refusal) => pageOf(given, attempt, refusal))
}

/** The same where the browser has to be elsewhere to see that page, again and again. */
export function refusingElsewhere<T>(
  given: RefusedGiven,
  attempt: Attempt,
  act: () => Promise<T>,
): Promise<T | { readonly to: string }> {
  const { tenantId, interaction } = attempt
  const to = `${addressOf(given, tenantId, interaction)}?${REFUSED}`
  return recording(given, attempt, act, () => ({ to }))
}

/** The page that such an address shows; undefined for any other, and where nothing was refused. */
export async function pageOfRefused(
  given: RefusedGiven,
  tenantId: TenantId,
  interaction: Interaction,
  query: URLSearchParams,
): Promise<Page | undefined> {
  const told = query.has(REFUSED) ? toldOf(interaction) : undefined
  if (told === undefined) return undefined
  const { signInId, code, message } = told
  const client = await given.tenants.readClient(tenantId, String(interaction.params['client_id']))
  return pageOf(given, { tenantId, signInId, client, interaction }, new Refusal(code, message))
}

async function recording<T, R>(
  given: RefusedGiven,
  attempt: Attempt,
  act: () => Promise<T>,
  answer: (refusal: Refusal) => R | Promise<R>,
): Promise<T | R> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    await record(given, attempt, error)
    return answer(error)
  }
}

/** A page that waits comes by every few seconds; the log has it once. */
async function record(
  { signIns }: RefusedGiven,
  { tenantId, signInId, interaction }: Attempt,
  { code, message, seen }: Refusal,
): Promise<void> {
  const told = toldOf(interaction)
  if (told?.signInId === signInId && told.code === code && told.message === message) return
  await keep(interaction, { ...interaction.result, told: { signInId, code, message } })
  const step = { code, message, ...seen }
  const { identityId } = seen
  // Whoever looks at a person sees where they were refused.
  const whose = isId('idn', identityId) ? { identityId } : {}
  await signIns.add(tenantId, signInId, 'refused', step, { outcome: 'refused', code, ...whose })
}

async function pageOf(
  given: RefusedGiven,
  { tenantId, signInId, client, interaction, triesByHand = false }: Attempt,
  refusal: Refusal,
): Promise<Page> {
  const { code, seen } = refusal
  // Ours and not the identity provider's words: the issuer is what the operator has set.
  const issuer = code === 'claim_type_mapping_not_found' ? seen['issuer'] : undefined
  const tenant = await given.tenants.readTenant(tenantId)
  const page = refusalPage({
    code,
    reference: signInId,
    instead: code === 'flow_expired' ? 'tooLate' : undefined,
    site: client?.kind === 'site' ? client.name : undefined,
    tenant: tenant?.name,
    issuer: typeof issuer === 'string' ? issuer : undefined,
    waiting: refusal instanceof Held ? { ...refusal.waiting, triesByHand } : undefined,
    wayBack: {
      action: addressOf(given, tenantId, interaction),
      beginsAnew: BEGINS_ANEW.has(code),
    },
  })
  return inLocales(interaction.params['ui_locales'], page)
}

function addressOf({ publicUrl }: RefusedGiven, tenantId: TenantId, { uid }: Interaction): string {
  return `${authorityOf(publicUrl, tenantId)}/sign-in/${uid}`
}

/**
 * Ends a refused attempt at the site's own redirect URI, which the provider has compared before:
 * with an error of RFC 6749 section 4.1.2.1, our code and the reference. Returns where to send the browser.
 * @throws Refusal `request_refused` when nothing was refused
 */
export async function goBack(
  { signIns }: RefusedGiven,
  tenantId: TenantId,
  interaction: Interaction,
): Promise<{ readonly to: string }> {
  const told = toldOf(interaction)
  if (told === undefined) throw new Refusal('request_refused', 'This page takes no answers.')
  const { code, signInId } = told
  const error = oauthErrorOf(REFUSALS[code].status)
  await keep(interaction, { error, error_description: `${code} (reference ${signInId})` })
  await signIns.add(tenantId, signInId, 'sent-back', { error })
  return { to: interaction.returnTo }
}

function toldOf({ result }: Interaction): Told | undefined {
  return result?.['told'] as Told | undefined
}
