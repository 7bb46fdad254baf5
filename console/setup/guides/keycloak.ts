/** Keycloak, with an extension that sends. The extension's externalId is the user's id, which is `sub`. */
import { baseUrl, callback, type Guide, TOKEN } from './guide.ts'

export const KEYCLOAK: Guide = {
  name: 'Keycloak',
  source: 'https://www.keycloak.org/docs/latest/server_admin/#_oidc_clients',
  steps: [
    {
      title: 'Create the client for signing in',
      lines: [
        'In the realm: **Clients > Create client**. **Client type**: **OpenID Connect**. **Client ID**: a name of your choice, such as rollcall. **Next**.',
        '**Client authentication**: **On**. Of the flows, **Standard flow** alone. **Next**.',
        callback('Valid redirect URIs'),
        '**Save**. Enter here that client ID and the secret of the **Credentials** tab. The issuer is the address of your Keycloak with /realms/ and the name of the realm behind it.',
        {
          here: 'application',
          keyField: 'Credentials > Client Authenticator: Signed JWT; then Keys > Use JWKS URL',
        },
      ],
    },
    {
      title: 'Let it provision',
      lines: [
        'Keycloak itself sends nothing; an extension does, such as keycloak-scim. Put its file into the folder **providers**, and start Keycloak again.',
        '**Realm settings > Events > Event listeners**: add **scim**. **Save**.',
        '**User federation**: add the provider **scim**.',
        baseUrl('SCIM 2.0 endpoint'),
        '**Endpoint content type**: application/scim+json. **Auth mode**: **BEARER**.',
        TOKEN,
        'Enter it as **Bearer token**. Let users and groups be propagated, where the extension asks. **Save**.',
      ],
    },
    {
      title: 'Switch it on',
      lines: [
        'From now on each change is sent as it happens. Those who are there already are sent by a synchronisation: open the provider in **User federation**, and start one of all users.',
        'The extension sends Keycloak’s own id of each person as externalId, and Keycloak says the same when they sign in: there is nothing to map. Another extension has to do so, too.',
      ],
    },
  ],
}
