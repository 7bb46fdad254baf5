/**
 * What a customer's administrator does at the identity provider, in its own words and order.
 *
 * Data: a step names the screen, what to do there, and which of our values goes into which field. What
 * is in **two stars** is written so at the provider.
 */
import type { Reply } from '../data/api.ts'

export type Setup = Reply<'readSetup'>
export type Provider = NonNullable<Setup['provider']>

export type Line =
  | string
  /** Our value, for that field of theirs. */
  | { readonly field: string; readonly value: keyof Setup['values'] }
  /** Something to do on this page. */
  | { readonly here: 'token' | 'application' }

export interface Step {
  readonly title: string
  readonly lines: readonly Line[]
}

const TOKEN: Line = { here: 'token' }
const APPLICATION: Line = { here: 'application' }
const callback = (field: string): Line => ({ field, value: 'callbackUrl' })
const baseUrl = (field: string): Line => ({ field, value: 'baseUrl' })

const OKTA_SIGN_IN: Step = {
  title: 'Make the application for signing in',
  lines: [
    '**Applications > Applications > Create App Integration**: **OIDC - OpenID Connect**, **Web Application**. **Grant type**: **Authorization Code**.',
    callback('Sign-in redirect URIs'),
    '**Assignments**: those who shall sign in. **Save**. Then enter here what Okta shows; the issuer is the address of your Okta, such as https://acme.okta.com, not the one with -admin.',
    APPLICATION,
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

export const PROVIDERS: Readonly<
  Record<Provider, { readonly name: string; readonly steps: readonly Step[] }>
> = {
  'okta-catalogue': {
    name: 'Okta, application from the catalogue',
    steps: [
      OKTA_SIGN_IN,
      {
        title: 'Make the application for provisioning',
        lines: [
          "**Applications > Browse App Catalog**: the entry of the platform. **Sign On > Edit > Credentials Details**: choose the **Application username format**, which becomes people's user names.",
          '**Provisioning > Configure API Integration > Enable API integration**.',
          baseUrl('Base URL'),
          TOKEN,
          'Enter it as **API Token**. Press **Test API Credentials**, then **Save**. Where Okta refuses the underscore in the address, write con- for con_: it is the same address.',
        ],
      },
      OKTA_ON,
    ],
  },
  'okta-wizard': {
    name: 'Okta, application made with the wizard',
    steps: [
      OKTA_SIGN_IN,
      {
        title: 'Let it provision',
        lines: [
          '**General > App Settings > Edit**: **Provisioning**: **SCIM**. **Save**. Then **Provisioning > Integration > Edit**.',
          baseUrl('SCIM connector base URL'),
          '**Unique identifier field for users**: userName. **Supported provisioning actions**: **Push New Users**, **Push Profile Updates**, **Push Groups**. **Authentication Mode**: **HTTP Header**.',
          TOKEN,
          'Enter it as **Authorization**, Bearer. Press **Test Connector Configuration**, then **Save**.',
        ],
      },
      OKTA_ON,
    ],
  },
  entra: {
    name: 'Microsoft Entra ID',
    steps: [
      {
        title: 'Register the application for signing in',
        lines: [
          '**Entra ID > App registrations > New registration**: **Accounts in this organizational directory only**. **Redirect URI**: **Web**.',
          callback('Redirect URI'),
          '**Certificates & secrets > New client secret**: copy its **Value**. The issuer is https://login.microsoftonline.com/ with your **Directory (tenant) ID** and /v2.0 behind it.',
          APPLICATION,
        ],
      },
      {
        title: 'Make the enterprise application for provisioning',
        lines: [
          '**Entra ID > Enterprise applications > New application > Create your own application**: **Integrate any other application you don’t find in the gallery (Non-gallery)**.',
          '**Provisioning > New configuration**.',
          baseUrl('Tenant URL'),
          TOKEN,
          'Enter it as **Secret token**. Press **Test connection**, then **Create**.',
          '**Attribute mapping > Provision Microsoft Entra ID Users**: let externalId be mapped from objectId, so that people are known by what does not change.',
        ],
      },
      {
        title: 'Switch it on',
        lines: [
          '**Users and groups > Add user/group**: those who shall be here. **Provisioning > Start provisioning**. Entra sends every forty minutes; **Provision on demand** sends somebody at once.',
        ],
      },
    ],
  },
  onelogin: withScim('OneLogin', [
    '**Applications > Add App**: **SCIM Provisioner with SAML (SCIM v2 Enterprise)**. **Configuration**.',
    baseUrl('SCIM Base URL'),
    TOKEN,
    'Enter it as **SCIM Bearer Token**, and press **Enable** beside **API Status**. **Provisioning**: **Enable provisioning**. **Parameters > Groups**: **Include in User Provisioning**.',
    '**Users**: give the application to people. Approve what waits under **Provisioning**.',
  ]),
  pingone: withScim('PingOne', [
    '**Integrations > Provisioning > New connection > Identity store**: **SCIM Outbound**.',
    baseUrl('SCIM Base URL'),
    '**Users resource**: /Users. **Groups resource**: /Groups. **Authentication method**: **OAuth 2 Bearer Token**.',
    TOKEN,
    'Enter it as **Oauth Access Token**. Press **Test connection**, then **Save**, and switch the connection on.',
    '**Provisioning > New rule**: from **PingOne** to this connection, with a **User filter**; then **Group provisioning**. Switch the rule on.',
  ]),
  jumpcloud: withScim('JumpCloud', [
    '**SSO Applications > Add New Application > Custom Application**: **Export users to this app (Identity Management)**. **Identity Management**, **API type**: **SCIM API**, **SCIM version**: **SCIM 2.0**.',
    baseUrl('Base URL'),
    TOKEN,
    'Enter it as **Token Key**, with somebody of yours as **Test User Email**. Press **Test Connection**, then **Activate**. Leave **Enable management of User Groups and Group Membership** on.',
    '**User Groups**: tick those that shall be here. **Save**.',
  ]),
  keycloak: withScim('Keycloak', [
    'Keycloak sends by an extension for SCIM: install one, then **User federation** or **Clients**, as the extension says.',
    baseUrl('SCIM 2.0 endpoint'),
    TOKEN,
    'Enter it as bearer token. Let it propagate users and groups, and start a synchronisation.',
  ]),
  authentik: withScim('authentik', [
    '**Applications > Providers > Create**: **SCIM Provider**.',
    baseUrl('URL'),
    TOKEN,
    'Enter it as **Token**. Then open the application: **Backchannel Providers**: add it. On the provider’s page: **Run sync again**.',
  ]),
  generic: withScim('Another provider', [
    'Make a provisioning by SCIM 2.0, with a bearer token.',
    baseUrl('SCIM base URL'),
    TOKEN,
    'Test it, choose who shall be here, and start it.',
  ]),
}

/** Providers whose application for signing in is an ordinary one. */
function withScim(name: string, lines: readonly Line[]) {
  const signIn: Step = {
    title: 'Make the application for signing in',
    lines: [
      'An OpenID Connect application: a web application with a client secret, by authorization code.',
      callback('Redirect URI'),
      'Enter here what the provider shows. The issuer is the address before /.well-known/openid-configuration.',
      APPLICATION,
    ],
  }
  return { name, steps: [signIn, { title: 'Let it provision', lines }] }
}

export const FACTS: Readonly<Record<Setup['checklist'][number]['fact'], string>> = {
  reachable: 'This address can be reached',
  'first-request': 'The first request has arrived',
  'test-connection': 'The test of the connection went through',
  'first-person': 'The first person was created',
  'first-group': 'The first group was pushed',
  'first-load': 'Sites know the first person',
  'test-sign-in': 'Somebody has signed in',
}
