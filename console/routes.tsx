/** Every address of the console, what it may hold, and the page that it shows. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  Navigate,
  Outlet,
} from '@tanstack/react-router'
import { z } from 'zod'
import { AccountPage } from './pages/account.tsx'
import { ActivityPage } from './pages/activity.tsx'
import { AdministratorsPage } from './pages/administrators.tsx'
import { AddConnectionPage } from './pages/add-connection.tsx'
import { BrakePage } from './pages/brake.tsx'
import { JoiningPage } from './pages/joining.tsx'
import { BrandingPage } from './pages/branding.tsx'
import { ConnectionPage } from './pages/connection.tsx'
import { DomainsPage, FirstSettings } from './pages/domains.tsx'
import { EventsPage } from './pages/events.tsx'
import { GroupPage } from './pages/group.tsx'
import { GroupsPage } from './pages/groups.tsx'
import { HealthPage } from './pages/health.tsx'
import { HoldsPage } from './pages/holds.tsx'
import { KeysPage } from './pages/keys.tsx'
import { MappingsPage } from './pages/mappings.tsx'
import { OnboardPage } from './pages/onboard.tsx'
import { OverviewPage } from './pages/overview.tsx'
import { PeoplePage } from './pages/people.tsx'
import { PersonPage } from './pages/person.tsx'
import { ProvisioningPage } from './pages/provisioning.tsx'
import { QuarantinePage } from './pages/quarantine.tsx'
import { RegisterSitePage } from './pages/register-site.tsx'
import { RulesPage } from './pages/rules.tsx'
import { RunPage } from './pages/run.tsx'
import { SignInsPage } from './pages/sign-ins.tsx'
import { SigningKeysPage } from './pages/signing-keys.tsx'
import { SitePage } from './pages/site.tsx'
import { SitesPage } from './pages/sites.tsx'
import { SyncPage } from './pages/sync.tsx'
import { TenantPage } from './pages/tenant.tsx'
import { WarningsPage } from './pages/warnings.tsx'
import { WhyPage } from './pages/why.tsx'
import { NotFound } from './shell/not-found.tsx'
import { Shell } from './shell/shell.tsx'

// What an address holds that it may not is passed over, not refused.
const text = z.string().min(1).optional().catch(undefined)
const oneOf = <const Words extends readonly string[]>(words: Words) =>
  z.enum(words).optional().catch(undefined)
const day = z.iso.date().optional().catch(undefined)

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })
const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: OverviewPage,
  validateSearch: z.object({ q: text }),
})
const onboard = createRoute({
  getParentRoute: () => root,
  path: '/onboard',
  component: OnboardPage,
})
const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: AccountPage,
})
const ofPlatform = [
  createRoute({ getParentRoute: () => root, path: '/health', component: HealthPage }),
  createRoute({
    getParentRoute: () => root,
    path: '/administrators',
    component: AdministratorsPage,
  }),
  createRoute({ getParentRoute: () => root, path: '/keys', component: KeysPage }),
  createRoute({ getParentRoute: () => root, path: '/activity', component: ActivityPage }),
] as const
// Whoever came by an invitation is in by now.
const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: () => <Navigate to="/" search={{}} replace />,
})
const tenant = createRoute({
  getParentRoute: () => root,
  path: '/tenants/$tenant',
  component: Outlet,
})
const ofTenant = () => tenant

const children = [
  createRoute({ getParentRoute: ofTenant, path: '/', component: TenantPage }),
  createRoute({
    getParentRoute: ofTenant,
    path: '/people',
    component: PeoplePage,
    validateSearch: z.object({
      q: text,
      state: oneOf(['active', 'inactive', 'deleted', 'joined']),
    }),
  }),
  createRoute({ getParentRoute: ofTenant, path: '/people/$person', component: PersonPage }),
  createRoute({
    getParentRoute: ofTenant,
    path: '/groups',
    component: GroupsPage,
    validateSearch: z.object({ q: text }),
  }),
  createRoute({
    getParentRoute: ofTenant,
    path: '/groups/$group',
    component: GroupPage,
    validateSearch: z.object({ day }),
  }),
  createRoute({
    getParentRoute: ofTenant,
    path: '/why',
    component: WhyPage,
    validateSearch: z.object({ person: text }),
  }),
  createRoute({ getParentRoute: ofTenant, path: '/sync', component: SyncPage }),
  createRoute({ getParentRoute: ofTenant, path: '/sync/runs/$run', component: RunPage }),
  createRoute({
    getParentRoute: ofTenant,
    path: '/holds',
    component: HoldsPage,
    validateSearch: z.object({ show: oneOf(['kept']) }),
  }),
  createRoute({ getParentRoute: ofTenant, path: '/quarantine', component: QuarantinePage }),
  createRoute({
    getParentRoute: ofTenant,
    path: '/provisioning',
    component: ProvisioningPage,
    validateSearch: z.object({
      entry: text,
      resource: text,
      text,
      outcome: oneOf(['ok', 'refused', 'failed']),
    }),
  }),
  createRoute({
    getParentRoute: ofTenant,
    path: '/sign-ins',
    component: SignInsPage,
    validateSearch: z.object({
      entry: text,
      person: text,
      site: text,
      connection: text,
      outcome: oneOf(['started', 'signed-in', 'refused', 'tested']),
      code: text,
    }),
  }),
  createRoute({
    getParentRoute: ofTenant,
    path: '/connections/add',
    component: AddConnectionPage,
  }),
  createRoute({
    getParentRoute: ofTenant,
    path: '/connections/$connection',
    component: ConnectionPage,
    validateSearch: z.object({
      part: oneOf(['provisioning', 'setup', 'dialect', 'schemas']),
      test: text,
    }),
  }),
  createRoute({
    getParentRoute: ofTenant,
    path: '/sites',
    component: SitesPage,
    validateSearch: z.object({ q: text }),
  }),
  createRoute({
    getParentRoute: ofTenant,
    path: '/sites/register',
    component: RegisterSitePage,
  }),
  createRoute({ getParentRoute: ofTenant, path: '/sites/$site', component: SitePage }),
  createRoute({
    getParentRoute: ofTenant,
    path: '/rules',
    component: RulesPage,
    validateSearch: z.object({ connection: text }),
  }),
  createRoute({ getParentRoute: ofTenant, path: '/settings', component: FirstSettings }),
  createRoute({ getParentRoute: ofTenant, path: '/settings/domains', component: DomainsPage }),
  createRoute({ getParentRoute: ofTenant, path: '/settings/branding', component: BrandingPage }),
  createRoute({ getParentRoute: ofTenant, path: '/settings/mappings', component: MappingsPage }),
  createRoute({
    getParentRoute: ofTenant,
    path: '/settings/signing-keys',
    component: SigningKeysPage,
  }),
  createRoute({ getParentRoute: ofTenant, path: '/settings/joining', component: JoiningPage }),
  createRoute({ getParentRoute: ofTenant, path: '/settings/brake', component: BrakePage }),
  createRoute({ getParentRoute: ofTenant, path: '/settings/warnings', component: WarningsPage }),
  createRoute({ getParentRoute: ofTenant, path: '/events', component: EventsPage }),
  createRoute({ getParentRoute: ofTenant, path: '/activity', component: ActivityPage }),
  createRoute({
    getParentRoute: ofTenant,
    path: '/administrators',
    component: AdministratorsPage,
  }),
  createRoute({ getParentRoute: ofTenant, path: '/keys', component: KeysPage }),
] as const

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    onboard,
    account,
    ...ofPlatform,
    invitation,
    tenant.addChildren(children),
  ]),
  basepath: '/console',
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
