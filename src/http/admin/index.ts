/** Every handler of the admin API, a file a noun. */
import { openApi, type routes } from '../../contract/index.ts'
import { auditHandlers } from './audit.ts'
import { brandingHandlers } from './branding.ts'
import { connectionHandlers } from './connections.ts'
import { dialectHandlers } from './dialects.ts'
import { domainHandlers } from './domains.ts'
import { explanationHandlers } from './explanations.ts'
import { extensionSchemaHandlers } from './extension-schemas.ts'
import type { Handlers } from './handlers.ts'
import { healthHandlers } from './health.ts'
import { identityHandlers } from './identities.ts'
import { logHandlers } from './logs.ts'
import { masterKeyHandlers } from './master-keys.ts'
import { overviewHandlers } from './overview.ts'
import { passkeyHandlers } from './passkeys.ts'
import { ruleHandlers } from './rules.ts'
import { administratorHandlers } from './administrators.ts'
import { signInProviderHandlers } from './sign-in-providers.ts'
import { setupLinkHandlers } from './setup-links.ts'
import { setupHandlers } from './setup.ts'
import { sessionHandlers } from './session.ts'
import { signingKeyHandlers } from './signing-keys.ts'
import { claimTypeMappingHandlers, siteHandlers } from './sites.ts'
import { holdHandlers } from './holds.ts'
import { syncHandlers } from './sync.ts'
import { tenantHandlers } from './tenants.ts'
import { warningHandlers } from './warnings.ts'

export const handlers: Handlers<typeof routes> = {
  ...sessionHandlers,
  ...overviewHandlers,
  ...healthHandlers,
  ...masterKeyHandlers,
  ...passkeyHandlers,
  ...signInProviderHandlers,
  ...administratorHandlers,
  ...tenantHandlers,
  ...brandingHandlers,
  ...domainHandlers,
  ...connectionHandlers,
  ...extensionSchemaHandlers,
  ...dialectHandlers,
  ...ruleHandlers,
  ...siteHandlers,
  ...signingKeyHandlers,
  ...claimTypeMappingHandlers,
  ...syncHandlers,
  ...holdHandlers,
  ...identityHandlers,
  ...explanationHandlers,
  ...logHandlers,
  ...auditHandlers,
  ...warningHandlers,
  ...setupLinkHandlers,
  ...setupHandlers,
  readOpenApi: async ({ publicUrl }) => openApi(publicUrl),
}
export type { AdminParts, Asking, Listener } from './handlers.ts'
