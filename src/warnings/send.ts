/**
 * Sends one warning: to a webhook by the format of Standard Webhooks, signed with the tenant's secret, or by
 * e-mail. Both say the same, and the id of a delivery stays the same when it is sent again.
 *
 * An e-mail goes over TLS, or STARTTLS, which only a server on this machine may lack.
 */
import { createHmac } from 'node:crypto'
import { createTransport, type Transporter } from 'nodemailer'
import type { TenantId } from '../lib/index.ts'
import type { Given } from './given.ts'
import type { Delivery } from './outbox.ts'
import type { Settings } from './settings.ts'
import { wordsOf } from './texts.ts'

const MAIL_TIMEOUT_MS = 10_000
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

export type Send = (tenantId: TenantId, delivery: Delivery) => Promise<string>

/** @returns a function that says `ok`, or why not, in few words */
export function createSend(given: Given, settings: Settings): Send {
  const { url } = given.smtp
  const transport = url === undefined ? undefined : transportTo(url)
  return async (tenantId, delivery) => {
    try {
      return delivery.channel === 'webhook'
        ? await post(given, settings, tenantId, delivery)
        : await mail(given, transport, tenantId, delivery)
    } catch (error) {
      return error instanceof Error ? error.message.slice(0, 200) : 'failed'
    }
  }
}

async function post(
  { outbound, clock, tenants, publicUrl }: Given,
  settings: Settings,
  tenantId: TenantId,
  delivery: Delivery,
): Promise<string> {
  const secret = await settings.readWebhookSecret(tenantId)
  if (secret === undefined) return 'there is no webhook any more'
  const { kind, id, name, connectionId, expiresAt, days } = delivery
  const at = clock()
  const body = JSON.stringify({
    type: kind === 'test' ? 'warning.test' : 'warning.expiring',
    timestamp: at.toISOString(),
    data: {
      tenant: { id: tenantId, name: (await tenants.readTenant(tenantId))?.name ?? tenantId },
      ...{ kind, id, name, connectionId, days },
      expiresAt: expiresAt.toISOString(),
      ...wordsOf(publicUrl, tenantId, delivery),
    },
  })
  const { status } = await outbound(delivery.target, {
    asker: { tenantId, of: 'webhook' },
    byHand: kind === 'test',
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...signed(secret, delivery.deliveryId, at, body),
    },
    body,
  })
  return status >= 200 && status < 300 ? 'ok' : `the webhook answered ${status}`
}

/** The heads of Standard Webhooks 1.0. */
function signed(secret: string, id: string, at: Date, body: string): Record<string, string> {
  const seconds = String(Math.floor(at.getTime() / 1000))
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
  return {
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,${signature}`,
  }
}

async function mail(
  { tenants, smtp, publicUrl }: Given,
  transport: Transporter | undefined,
  tenantId: TenantId,
  delivery: Delivery,
): Promise<string> {
  if (transport === undefined) return 'no SMTP server is set (ROLLCALL_SMTP_URL)'
  const { subject, stops, renew, renewAt } = wordsOf(publicUrl, tenantId, delivery)
  const tenant = (await tenants.readTenant(tenantId))?.name ?? tenantId
  await transport.sendMail({
    from: smtp.from ?? `rollcall@${new URL(publicUrl).hostname}`,
    to: delivery.target,
    subject: `${tenant}: ${subject}`,
    text: `${subject}.\n\nWhat stops: ${stops}\n\nWhat to do: ${renew}\n${renewAt}\n\nTenant: ${tenant}\nWarning: ${delivery.deliveryId}\n`,
    messageId: `<${delivery.deliveryId}@${new URL(publicUrl).hostname}>`,
    headers: { 'Auto-Submitted': 'auto-generated' },
  })
  return 'ok'
}

function transportTo(smtpUrl: string): Transporter {
  const { protocol, hostname, port, username, password } = new URL(smtpUrl)
  const isSecure = protocol === 'smtps:'
  return createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (isSecure ? 465 : 587)),
    secure: isSecure,
    requireTLS: !isSecure && !LOOPBACK.test(hostname),
    ...(username !== '' && {
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    }),
    connectionTimeout: MAIL_TIMEOUT_MS,
    greetingTimeout: MAIL_TIMEOUT_MS,
    socketTimeout: MAIL_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}
