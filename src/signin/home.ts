/**
 * Home realm discovery: at which of a tenant's identity providers somebody has their account. It is
 * known where there is only one, by the verified domain of an e-mail address, or by where they signed in
 * last; otherwise they are asked. What is asked and answered depends on domains and connections alone,
 * never on whether somebody is there.
 */
import { domainToASCII } from 'node:url'
import type { ConnectionId, TenantId } from '../lib/index.ts'
import type { Client, Connection } from '../tenants/index.ts'
import type { Given } from './given.ts'
import { emailPage, onwardPage, type Page, pickerPage } from './pages/index.ts'
import { type Interaction, keep } from './refused.ts'

/** What the browser brings to the question. */
export interface Answer {
  /** A connection's id, picked or gone on to. */
  readonly picked?: string | undefined
  readonly email?: string | undefined
  /** Where somebody signed in last with this browser. */
  readonly remembered?: string | undefined
  /** Rather a list than a question. */
  readonly wantsList?: boolean
}

/** The cookie that holds no secret: where somebody works is as good as picking it. */
export function homeCookie(tenantId: TenantId): string {
  return `home_${tenantId.slice(4)}`
}

type HomeGiven = Pick<Given, 'tenants'>

/** The connections that a client's people may come through; one that is not set up only where it is the only one. */
export async function connectionsFor(
  { tenants }: HomeGiven,
  tenantId: TenantId,
  client: Client | undefined,
): Promise<Connection[]> {
  const all = await tenants.listConnections(tenantId)
  if (client?.kind === 'provisioning')
    return all.filter(({ connectionId }) => connectionId === client.connectionId)
  const ready = all.filter(({ issuer }) => issuer !== null)
  return ready.length > 0 ? ready : all.slice(0, 1)
}

/** The connection to sign in through, the page that asks, or undefined where the tenant has none. */
export async function findHome(
  given: HomeGiven,
  tenantId: TenantId,
  connections: readonly Connection[],
  interaction: Interaction,
  answer: Answer,
): Promise<Connection | Page | undefined> {
  const [first, second] = connections
  const byId = (id: string | undefined) =>
    connections.find(({ connectionId }) => connectionId === id)
  const picked = byId(answer.picked)
  if (picked !== undefined || second === undefined) return picked ?? first
  const homes = await given.tenants.homesByDomain(tenantId)
  const { login_hint: hint, prompt } = interaction.params
  if (answer.email !== undefined) {
    await keep(interaction, { ...interaction.result, hint: answer.email.slice(0, 320) })
    const home = byId(homeOf(homes, answer.email))
    return home === undefined ? listOf(connections) : onwardPage(choiceOf(home, connections))
  }
  const hinted = typeof hint === 'string' ? byId(homeOf(homes, hint)) : undefined
  const isAskedAnew = typeof prompt === 'string' && /\bselect_account\b/.test(prompt)
  const known = hinted ?? (isAskedAnew ? undefined : byId(answer.remembered))
  if (known !== undefined) return known
  return homes.size > 0 && answer.wantsList !== true ? emailPage() : listOf(connections)
}

/** What they said who they are, for the identity provider to fill in. */
export function hintOf({ result, params }: Interaction): string | undefined {
  const hint: unknown = result?.['hint'] ?? params['login_hint']
  return typeof hint === 'string' ? hint.slice(0, 512) : undefined
}

function homeOf(homes: ReadonlyMap<string, ConnectionId>, email: string): ConnectionId | undefined {
  const [, domain] = /@([^@\s]+)\s*$/.exec(email) ?? []
  return domain === undefined ? undefined : homes.get(domainToASCII(domain))
}

function listOf(connections: readonly Connection[]): Page {
  return pickerPage(connections.map((connection) => choiceOf(connection, connections)))
}

/** By name; with its label, where two have the same. */
function choiceOf({ name, label, connectionId }: Connection, among: readonly Connection[]) {
  const isOne = among.filter((other) => other.name === name).length === 1
  return { name: isOne ? name : `${name} (${label})`, href: `?connection=${connectionId}` }
}
