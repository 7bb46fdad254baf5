/** Every route of the admin API, a file a noun. */
import { auditRoutes } from './routes/audit.ts'
import { brandingRoutes } from './routes/branding.ts'
import { administratorRoutes } from './routes/administrators.ts'
import { claimTypeMappingRoutes } from './routes/claim-type-mappings.ts'
import { connectionRoutes } from './routes/connections.ts'
import { domainRoutes } from './routes/domains.ts'
import { exportRoutes } from './routes/exports.ts'
import { explanationRoutes } from './routes/explanations.ts'
import { dialectRoutes } from './routes/dialects.ts'
import { extensionSchemaRoutes } from './routes/extension-schemas.ts'
import { healthRoutes } from './routes/health.ts'
import { identityRoutes } from './routes/identities.ts'
import { logRoutes } from './routes/logs.ts'
import { masterKeyRoutes } from './routes/master-keys.ts'
import { overviewRoutes } from './routes/overview.ts'
import { passkeyRoutes } from './routes/passkeys.ts'
import { ruleRoutes } from './routes/rules.ts'
import { sessionRoutes } from './routes/session.ts'
import { setupLinkRoutes } from './routes/setup-links.ts'
import { setupRoutes } from './routes/setup.ts'
import { signingKeyRoutes } from './routes/signing-keys.ts'
import { signInProviderRoutes } from './routes/sign-in-providers.ts'
import { siteRoutes } from './routes/sites.ts'
import { holdRoutes } from './routes/holds.ts'
import { syncRoutes } from './routes/sync.ts'
import { tenantRoutes } from './routes/tenants.ts'
import { warningRoutes } from './routes/warnings.ts'

export const routes = {
  ...sessionRoutes,
  ...overviewRoutes,
  ...healthRoutes,
  ...masterKeyRoutes,
  ...passkeyRoutes,
  ...signInProviderRoutes,
  ...administratorRoutes,
  ...tenantRoutes,
  ...brandingRoutes,
  ...domainRoutes,
  ...connectionRoutes,
  ...extensionSchemaRoutes,
  ...dialectRoutes,
  ...ruleRoutes,
  ...siteRoutes,
  ...signingKeyRoutes,
  ...claimTypeMappingRoutes,
  ...syncRoutes,
  ...holdRoutes,
  ...identityRoutes,
  ...explanationRoutes,
  ...logRoutes,
  ...auditRoutes,
  ...exportRoutes,
  ...warningRoutes,
  ...setupLinkRoutes,
  ...setupRoutes,
}
