/**
 * What a customer's administrator does at the identity provider, in its own words and order.
 *
 * Data: a step names the screen, what to do there, and which of our values goes into which field. What
 * is in **two stars** is written so at the provider, as the page says that `source` names.
 */
import type { Reply } from '../data/api.ts'

export type Setup = Reply<'readSetup'>
export type Provider = NonNullable<Setup['provider']>

export type Line =
  | string
  /** Our value, for that field of theirs. */
  | { readonly field: string; readonly value: keyof Setup['values'] }
  /** Something to do on this page. */
  | { readonly here: 'token' | 'oauth' }
  /** So too; with the words of the field for the address of our keys, where the provider has one. */
  | { readonly here: 'application'; readonly keyField?: string }
  /** One of several ways. */
  | { readonly ask: string; readonly either: readonly Way[] }

export interface Way {
  readonly name: string
  readonly lines: readonly Line[]
}

export interface Step {
  readonly title: string
  readonly lines: readonly Line[]
}

export interface Guide {
  readonly name: string
  /** The vendor's own page about it. */
  readonly source: string
  readonly steps: readonly Step[]
}

const TOKEN: Line = { here: 'token' }
const callback = (field: string): Line => ({ field, value: 'callbackUrl' })
const baseUrl = (field: string): Line => ({ field, value: 'baseUrl' })

const OKTA_SIGN_IN: Step = {
  title: 'Make the application for signing in',
  lines: [
    '**Applications > Applications > Create App Integration**: **OIDC - OpenID Connect**, **Web Application**. **Grant type**: **Authorization Code**.',
    callback('Sign-in redirect URIs'),
    '**Assignments**: those who shall sign in. **Save**. Then enter here what Okta shows; the issuer is the address of your Okta, such as https://acme.okta.com, not the one with ‑admin.',
    {
      here: 'application',
      keyField:
        'General > Client Credentials > Edit: Public key / Private key, Use a URL to fetch keys dynamically',
    },
  ],
}

const OKTA_ON: Step = {
  title: 'Switch it on',
  lines: [
    '**Provisioning > To App > Edit**: enable **Create Users**, **Update User Attributes** and **Deactivate Users**. **Save**.',
    '**Assignments > Assign**: people or groups. Who was assigned before needs **Provision User**.',
    '**Push Groups > Push Groups**: groups whose members are assigned, and another than the one you assign by.',
  ],
}

const OAUTH_ASKED: Line = { here: 'oauth' }

export const PROVIDERS: Readonly<Record<Provider, Guide>> = {
  'okta-catalogue': {
    name: 'Okta, application from the catalogue',
    source: 'https://developer.okta.com/docs/guides/scim-provisioning-integration-test/main/',
    steps: [
      OKTA_SIGN_IN,
      {
        title: 'Make the application for provisioning',
        lines: [
          "**Applications > Browse App Catalog**: the entry of the platform. **Sign On > Edit > Credentials Details**: choose the **Application username format**, which becomes people's user names.",
          '**Provisioning > Configure API Integration > Enable API integration**.',
          baseUrl('Base URL'),
          'Where Okta refuses the underscore in the address, write con- for con_: it is the same address.',
          {
            ask: 'What does the entry ask for?',
            either: [
              {
                name: 'API token',
                lines: [
                  TOKEN,
                  'Enter it as **API Token**. Press **Test API Credentials**, then **Save**.',
                ],
              },
              {
                name: 'Authenticate with it',
                lines: [
                  OAUTH_ASKED,
                  'Press **Authenticate with** the application, sign in as the one named here, and **Allow**. Then **Save**.',
                ],
              },
            ],
          },
        ],
      },
      OKTA_ON,
    ],
  },
  'okta-wizard': {
    name: 'Okta, application made with the wizard',
    source: 'https://developer.okta.com/docs/guides/scim-provisioning-integration-connect/main/',
    steps: [
      OKTA_SIGN_IN,
      {
        title: 'Let it provision',
        lines: [
          'Okta offers this to applications by SAML or SWA, not to the one above: make another by **Create App Integration**, **SWA** if people shall not start from it. **General > App Settings > Edit**: **Provisioning**: **SCIM**. **Save**. Then **Provisioning > Integration > Edit**.',
          baseUrl('SCIM connector base URL'),
          '**Unique identifier field for users**: userName. **Supported provisioning actions**: **Push New Users**, **Push Profile Updates**, **Push Groups**.',
          {
            ask: 'Authentication Mode',
            either: [
              {
                name: 'HTTP Header',
                lines: [
                  TOKEN,
                  'Enter it as **Authorization**, Bearer. Press **Test Connector Configuration**, then **Save**.',
                ],
              },
              {
                name: 'OAuth 2',
                lines: [
                  { field: 'Access token endpoint URI', value: 'tokenUrl' },
                  { field: 'Authorization endpoint URI', value: 'authorizeUrl' },
                  { field: 'Client ID', value: 'provisioningClientId' },
                  OAUTH_ASKED,
                  '**Save**. Then press **Authenticate with** the application, sign in as the one named here, and **Allow**.',
                ],
              },
            ],
          },
        ],
      },
      OKTA_ON,
    ],
  },
  entra: {
    name: 'Microsoft Entra ID',
    source:
      'https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups',
    steps: [
      {
        title: 'Register the application for signing in',
        lines: [
          '**Entra ID > App registrations > New registration**: **Accounts in this organizational directory only**. **Redirect URI**: **Web**.',
          callback('Redirect URI'),
          '**Certificates & secrets > New client secret**: copy its **Value**. The issuer is https://login.microsoftonline.com/ with your **Directory (tenant) ID** and /v2.0 behind it.',
          { here: 'application' },
        ],
      },
      {
        title: 'Make the enterprise application for provisioning',
        lines: [
          '**Entra ID > Enterprise apps > New application > Create your own application**: **Integrate any other application you don’t find in the gallery (Non-gallery)**.',
          '**Provisioning > New configuration**.',
          baseUrl('Tenant URL'),
          TOKEN,
          'Enter it as **Secret token**. Press **Test Connection**, then **Create**.',
          '**Attribute Mapping > Provision Microsoft Entra ID Users**: let externalId be mapped from objectId, so that people are known by what does not change.',
        ],
      },
      {
        title: 'Switch it on',
        lines: [
          '**Users and groups > Add user/group**: those who shall be here. **Overview > Start provisioning**. Entra sends every forty minutes; **Provision on demand** sends somebody at once.',
        ],
      },
    ],
  },
  onelogin: withScim('OneLogin', 'https://scim.dev/guide/applications/onelogin', [
    '**Applications > Add App**: **SCIM Provisioner with SAML (SCIM v2 Enterprise)**. **Configuration**.',
    baseUrl('SCIM Base URL'),
    TOKEN,
    'Enter it as **SCIM Bearer Token**. In **SCIM JSON Template** add a line "externalId": "{$user.id}", by which people are known when they sign in. **Save**, and press **Enable** at **API Status**.',
    '**Provisioning**: **Enable provisioning**. **Parameters > Groups**: **Include in User Provisioning**.',
    '**Users**: give the application to people. Approve what waits under **Users > Provisioning**.',
  ]),
  pingone: withScim(
    'PingOne',
    'https://docs.pingidentity.com/pingone/integrations/p1_scim_provisioning_features.html',
    [
      '**Integrations > Provisioning > + > New Connection > Identity Store**: **SCIM**.',
      baseUrl('SCIM Base URL'),
      '**Users Resource**: /Users. **Groups Resource**: /Groups. **SCIM Version**: 2.0. **Authentication Method**: **OAuth 2 Bearer Token**. **Auth Type Header**: Bearer.',
      TOKEN,
      'Enter it as **OAuth Access Token**. Press **Test Connection**, then **Continue**, finish, and switch the connection on.',
      '**Provisioning > + > New Rule**: from **PingOne** to this connection, with a **User Filter**; then **Group Provisioning**. Switch the rule on.',
    ],
  ),
  jumpcloud: withScim(
    'JumpCloud',
    'https://jumpcloud.com/support/provision-and-manage-users-and-groups-in-apps-using-custom-scim-identity-management-integration',
    [
      '**SSO Applications > Add New Application > Custom Application**: **Export users to this app (Identity Management)**. **Save Application**, then **Configure Application > Identity Management**: **SCIM API**, **SCIM 2.0**.',
      baseUrl('Base URL'),
      TOKEN,
      'Enter it as **Token Key**, with somebody of yours as **Test User Email**. Press **Test Connection**, then **Activate**. Leave **Enable management of User Groups and Group Membership** on.',
      '**User Groups**: tick those that shall be here. **Save**.',
    ],
  ),
  keycloak: withScim('Keycloak', 'https://github.com/mitodl/keycloak-scim', [
    'Keycloak sends by an extension, such as keycloak-scim: put it into **providers** and restart. **Realm settings > Events > Event listeners**: add **scim**.',
    '**User federation > Add scim provider**. **Auth mode**: **BEARER**.',
    baseUrl('SCIM 2.0 endpoint'),
    TOKEN,
    'Enter it as bearer token. Let it propagate users and groups, **Save**, and press **Sync all users**.',
  ]),
  authentik: withScim(
    'authentik',
    'https://docs.goauthentik.io/add-secure-apps/providers/scim/create-scim-provider/',
    [
      '**Applications > Providers > New Provider**: **SCIM Provider**.',
      baseUrl('URL'),
      TOKEN,
      'Enter it as **Token**. Then **Applications > Applications**, edit the one for signing in: **+** beside **Backchannel Providers**, choose it, **Confirm**, **Save Changes**. On the provider’s page: **Run sync again**.',
    ],
  ),
  generic: withScim('Another provider', 'https://www.rfc-editor.org/rfc/rfc7644', [
    'Make a provisioning by SCIM 2.0.',
    baseUrl('SCIM base URL'),
    {
      ask: 'How does it authenticate?',
      either: [
        { name: 'Bearer token', lines: [TOKEN, 'Enter it as bearer token.'] },
        {
          name: 'OAuth 2, authorization code',
          lines: [
            { field: 'Token endpoint', value: 'tokenUrl' },
            { field: 'Authorization endpoint', value: 'authorizeUrl' },
            { field: 'Client ID', value: 'provisioningClientId' },
            OAUTH_ASKED,
          ],
        },
      ],
    },
    'Test it, choose who shall be here, and start it.',
  ]),
}

/** Providers whose application for signing in is an ordinary one. */
function withScim(name: string, source: string, lines: readonly Line[]): Guide {
  const signIn: Step = {
    title: 'Make the application for signing in',
    lines: [
      'An OpenID Connect application: a web application with a client secret, by authorization code.',
      callback('Redirect URI'),
      'Enter here what the provider shows. The issuer is the address before /.well-known/openid-configuration.',
      { here: 'application', keyField: 'JWKS URL' },
    ],
  }
  return { name, source, steps: [signIn, { title: 'Let it provision', lines }] }
}

export const FACTS: Readonly<Record<Setup['checklist'][number]['fact'], string>> = {
  reachable: 'This address can be reached',
  'first-request': 'The first request has arrived',
  'test-connection': 'The test of the connection went through',
  'first-person': 'The first person was created',
  'first-group': 'The first group was pushed',
  'first-load': 'Sites know the first person',
  'test-sign-in': 'A test sign-in has passed',
}

/** The steps of a test sign-in. */
export const TEST_STEPS: Readonly<Record<string, string>> = {
  discovered: 'The provider was found',
  'sent-to-idp': 'You were sent to it',
  'token-verified': 'What it says of you was verified',
  tested: 'You were found among those who were sent here',
  refused: 'Here it was refused',
}
