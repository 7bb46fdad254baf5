/**
 * What a page looks like to the one who asks: the language from their request, the brand from their
 * tenant. The tenant's colours and logo are files of their own, whose address changes with them.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TenantId } from '../lib/index.ts'
import { type Branding, CARD, readableOn, type Tenants, textOn } from '../tenants/index.ts'
import { type Brand, type Look, lookOf } from './pages/index.ts'
import { sendRefusal } from './respond.ts'

export type Looks = ReturnType<typeof createLooks>

export function createLooks({
  tenants,
}: {
  readonly tenants: Pick<Tenants, 'readBranding' | 'readLogo' | 'readTenant'>
}) {
  return {
    async lookAt(request: IncomingMessage, tenantId: TenantId): Promise<Look> {
      const branding = await tenants.readBranding(tenantId)
      if (branding.changedAt === null) return lookOf(request)
      const name = branding.name ?? (await tenants.readTenant(tenantId))?.name ?? ''
      return lookOf(request, brandOf(tenantId, name, branding))
    },

    async sendBrandFile(
      request: IncomingMessage,
      response: ServerResponse,
      tenantId: TenantId,
      file: string,
    ): Promise<void> {
      const found = await fileOf(tenants, tenantId, file)
      if (found === undefined) return sendRefusal(request, response, { code: 'not_found' })
      response.writeHead(200, {
        'content-type': found.type,
        'content-length': String(found.bytes.length),
        'cache-control': 'public, max-age=3600',
        'content-security-policy': "default-src 'none'; sandbox",
        'cross-origin-resource-policy': 'same-origin',
      })
      response.end(found.bytes)
    },
  }
}

function brandOf(tenantId: TenantId, name: string, { accent, logo, changedAt }: Branding): Brand {
  const address = (file: string) => `/t/${tenantId}/brand/${file}?v=${changedAt?.getTime()}`
  return {
    name,
    logo: logo ? { href: address('logo'), width: logo.width, height: logo.height } : undefined,
    style: accent === null ? undefined : address('style.css'),
  }
}

async function fileOf(
  tenants: Pick<Tenants, 'readBranding' | 'readLogo'>,
  tenantId: TenantId,
  file: string,
): Promise<{ readonly type: string; readonly bytes: Buffer } | undefined> {
  if (file === 'logo') return tenants.readLogo(tenantId)
  const { accent, accentDark } = await tenants.readBranding(tenantId)
  if (file !== 'style.css' || accent === null) return undefined
  const onDark = accentDark ?? readableOn(CARD.dark, accent)
  const style = `${colours(accent)}\n@media (prefers-color-scheme: dark) { ${colours(onDark)} }\n`
  return { type: 'text/css; charset=utf-8', bytes: Buffer.from(style) }
}

/** Checked to be colours when they were saved. */
function colours(accent: string): string {
  return `:root { --accent: ${accent}; --on-accent: ${textOn(accent)} }`
}
