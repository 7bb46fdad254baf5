/**
 * One authorization server of the simulated Okta: a certified provider, set up to act like Okta's.
 *
 * What is Okta's about it: the addresses (`/oauth2/v1/authorize`, ...), `sub` is the user's id
 * (`00u...`), profile and e-mail stand in the ID token itself, `auth_time` and `idp` always do, and nobody
 * is asked for consent, because the administrator has assigned the application.
 * Whoever is ACTIVE may sign in, whether or not any application has been told of them over SCIM:
 * Okta keeps sign-in and provisioning apart.
 *
 * The login page is not here but in login-page.ts.
 */
import { type Configuration, interactionPolicy, type JWK, Provider } from 'oidc-provider'
import { html, page } from '../html.ts'
import type { Org, Person } from '../org.ts'
import type { Store } from './store.ts'

export const ACCENT = '#1d4ed8'
const HOUR_SECONDS = 3600
/** Of whom the organisation signs in itself, its own id. */
const OWN_IDP = '00o1simulated0rgan1z'

export interface ServerSettings {
  /** Names the server in the login page's address; `org` for the organisation's own. */
  readonly serverId: string
  readonly issuer: string
  /** Shown above its pages. */
  readonly owner: string
  /** `/oauth2/v1` for the organisation's own, `/v1` below `/oauth2/<id>` for others. */
  readonly routePrefix: string
  readonly org: Org
  readonly store: Store
  readonly signingKey: JWK
}

export function createProvider(settings: ServerSettings): Provider {
  const { issuer, routePrefix, serverId, store, owner } = settings
  return new Provider(issuer, {
    ...rules(settings),
    adapter: store.adapterFor(serverId),
    jwks: { keys: [settings.signingKey] },
    routes: {
      authorization: `${routePrefix}/authorize`,
      token: `${routePrefix}/token`,
      userinfo: `${routePrefix}/userinfo`,
      jwks: `${routePrefix}/keys`,
      end_session: `${routePrefix}/logout`,
      revocation: `${routePrefix}/revoke`,
    },
    interactions: {
      url: (_, { uid }) => `/signin/${serverId}/${uid}`,
      policy: policy(),
    },
    cookies: cookies(issuer),
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = signOutPage(owner, form, ctx.oidc.entities.IdTokenHint !== undefined)
        },
        postLogoutSuccessSource: (ctx) => {
          const body = html`<p>You have signed out.</p>`
          ctx.body = page({ owner, title: 'Signed out', accent: ACCENT, body })
        },
      },
    },
    renderError: (ctx, out) => {
      ctx.type = 'html'
      const body = html`<p class="alarm">${out.error_description ?? 'The request was refused.'}</p>
        <p>Error code: <code>${out.error}</code></p>`
      ctx.body = page({ owner, title: 'Bad request', accent: ACCENT, body })
    },
  })
}

/** Who people are and what is said about them, and how long things last. */
function rules({ org }: ServerSettings): Configuration {
  return {
    findAccount: (_, id) => {
      const person = org.people.get(id)
      if (person?.status !== 'ACTIVE') return undefined
      return { accountId: id, claims: () => claimsOf(person) }
    },
    claims: {
      openid: ['sub', 'amr', 'idp'],
      profile: ['name', 'family_name', 'given_name', 'preferred_username', 'locale', 'zoneinfo'],
      email: ['email', 'email_verified'],
    },
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    conformIdTokenClaims: false,
    loadExistingGrant: async ({ oidc }) => {
      const { client, session, provider } = oidc
      if (!client || !session?.accountId) return undefined
      const known = session.grantIdFor(client.clientId)
      const grant =
        (known ? await provider.Grant.find(known) : undefined) ??
        new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope([...oidc.requestParamScopes].join(' '))
      await grant.save()
      return grant
    },
    pkce: { required: () => true },
    clientBasedCORS: () => false,
    rotateRefreshToken: true,
    // The provider's own fetch refuses loopback addresses, and here every application is on one.
    fetch: (url, options) => {
      const plain = { ...options }
      Reflect.deleteProperty(plain, 'dispatcher')
      return fetch(url, plain)
    },
    ttl: {
      AccessToken: HOUR_SECONDS,
      AuthorizationCode: 60,
      Grant: 24 * HOUR_SECONDS,
      IdToken: HOUR_SECONDS,
      Interaction: HOUR_SECONDS,
      RefreshToken: 24 * HOUR_SECONDS,
      Session: 2 * HOUR_SECONDS,
    },
  }
}

function claimsOf(person: Person) {
  return {
    sub: person.id,
    idp: person.idp ?? OWN_IDP,
    name: person.displayName,
    given_name: person.givenName,
    family_name: person.familyName,
    preferred_username: person.login,
    email: person.email,
    email_verified: true,
    locale: person.locale.replace('_', '-'),
    zoneinfo: 'America/Los_Angeles',
  }
}

/** The usual questions, and one more: is the person of this session still active? */
function policy() {
  const prompts = interactionPolicy.base()
  prompts
    .get('login')
    ?.checks.add(
      new interactionPolicy.Check(
        'account_inactive',
        'the person of this session is not active any more',
        'login_required',
        ({ oidc }) => oidc.session?.accountId !== undefined && oidc.account === undefined,
      ),
    )
  return prompts
}

/** Cookies do not tell ports apart (RFC 6265 §8.5), and other parties share our host. */
function cookies(issuer: string): NonNullable<Configuration['cookies']> {
  const suffix = new URL(issuer).port
  return {
    names: {
      session: `okta_sid_${suffix}`,
      interaction: `okta_signin_${suffix}`,
      resume: `okta_resume_${suffix}`,
    },
  }
}

/** With an ID token as hint Okta asks nothing (RP-Initiated Logout §2); else it asks once. */
function signOutPage(owner: string, form: string, hinted: boolean): string {
  const answered = form.replace('</form>', '<input type="hidden" name="logout" value="yes"></form>')
  const body = html`<p>${hinted ? 'You are being signed out.' : 'Do you want to sign out?'}</p>
    ${{ html: answered }}
    <button type="submit" form="op.logoutForm">Sign out</button>
    ${hinted && SUBMIT_AT_ONCE}`
  return page({ owner, title: 'Sign out', accent: ACCENT, body })
}

const SUBMIT_AT_ONCE = html`<script>
  document.forms[0].submit()
</script>`
