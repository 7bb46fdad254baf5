/** Any other identity provider that speaks SCIM 2.0 and OpenID Connect. */
import { baseUrl, callback, type Guide, OAUTH, TOKEN } from './guide.ts'

export const GENERIC: Guide = {
  name: 'Another provider',
  source: 'https://www.rfc-editor.org/rfc/rfc7644',
  steps: [
    {
      title: 'Make the application for signing in',
      lines: [
        'An OpenID Connect application: a web application with a client secret, by authorization code. Tokens are signed by a key, not by the secret.',
        callback('Redirect URI'),
        'Enter here what the provider shows. The issuer is the address before /.well-known/openid-configuration.',
        { here: 'application', keyField: 'JWKS URL' },
      ],
    },
    {
      title: 'Let it provision',
      lines: [
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
                OAUTH,
              ],
            },
          ],
        },
        'Map externalId from what the provider says as sub when somebody signs in, which is mostly its own id of the person: by it people are known. The name that they sign in with becomes userName.',
      ],
    },
    {
      title: 'Switch it on',
      lines: ['Test the connection, choose the people and groups who shall be here, and start it.'],
    },
  ],
}
