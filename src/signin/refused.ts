/**
 * How an attempt to sign in is refused: a row in the sign-in log, a page for the person with the
 * reference to it, and a way back from there to the site, which hears the code.
 */
import type { InteractionResults, Provider } from 'oidc-provider'
import { type Id, Refusal, type RefusalCode, REFUSALS, type TenantId } from '../lib/index.ts'
import type { Client } from '../tenants/index.ts'
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
export async function refusing<T>(
  given: RefusedGiven,
  attempt: Attempt,
  act: () => Promise<T>,
): Promise<T | Page> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    await record(given, attempt, error)
    return pageOf(given, attempt, error)
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
  await signIns.add(tenantId, signInId, 'refused', step, { outcome: 'refused', code })
}

async function pageOf(
  { tenants, publicUrl }: RefusedGiven,
  { tenantId, signInId, client, interaction, triesByHand = false }: Attempt,
  refusal: Refusal,
): Promise<Page> {
  const { code, seen } = refusal
  // Ours and not the identity provider's words: the issuer is what the operator has set.
  const issuer = code === 'claim_type_mapping_not_found' ? seen['issuer'] : undefined
  const tenant = await tenants.readTenant(tenantId)
  const page = refusalPage({
    code,
    reference: signInId,
    instead: code === 'flow_expired' ? 'tooLate' : undefined,
    site: client?.kind === 'site' ? client.name : undefined,
    tenant: tenant?.name,
    issuer: typeof issuer === 'string' ? issuer : undefined,
    waiting: refusal instanceof Held ? { ...refusal.waiting, triesByHand } : undefined,
    wayBack: {
      action: `${publicUrl}/t/${tenantId}/sign-in/${interaction.uid}`,
      endsAt: new URL(String(interaction.params['redirect_uri'])).origin,
    },
  })
  return inLocales(interaction.params['ui_locales'], page)
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
