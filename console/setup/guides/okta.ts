/** Okta, with either kind of application for provisioning. Its externalId is the user's id, which is `sub`. */
import { baseUrl, callback, type Guide, OAUTH, type Step, TOKEN } from './guide.ts'

const SIGN_IN: Step = {
  title: 'Make the application for signing in',
  lines: [
    '**Applications > Applications > Create App Integration**: **OIDC - OpenID Connect**, **Web Application**, **Next**. **Grant type**: **Authorization Code**.',
    callback('Sign-in redirect URIs'),
    '**Assignments**: those who shall sign in. **Save**. Then enter here what **General > Client Credentials** shows; the issuer is the address of your Okta, such as https://acme.okta.com, not the one with ‑admin.',
    {
      here: 'application',
      keyField:
        'General > Client Credentials > Edit: Public key / Private key, Use a URL to fetch keys dynamically',
    },
  ],
}

const ON: Step = {
  title: 'Switch it on',
  lines: [
    '**Provisioning > To App > Edit**: enable **Create Users**, **Update User Attributes** and **Deactivate Users**. **Save**.',
    '**Assignments > Assign**: people or groups. Who was assigned before needs **Provision User**.',
    '**Push Groups > Push Groups**: groups whose members are assigned, and another than the one you assign by.',
    'Okta sends its own id of each person as externalId, and says the same when they sign in: there is nothing to map.',
  ],
}

export const OKTA_CATALOGUE: Guide = {
  name: 'Okta, application from the catalogue',
  source: 'https://developer.okta.com/docs/guides/scim-provisioning-integration-connect/main/',
  steps: [
    SIGN_IN,
    {
      title: 'Make the application for provisioning',
      lines: [
        "**Applications > Applications > Browse App Catalog**: the entry of the platform, **Add Integration**. **Sign On > Edit > Credentials Details**: choose the **Application username format**, which becomes people's user names.",
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
                OAUTH,
                'Press **Authenticate with** the application, sign in as the one named here, and **Allow**. Then **Save**.',
              ],
            },
          ],
        },
      ],
    },
    ON,
  ],
}

export const OKTA_WIZARD: Guide = {
  name: 'Okta, application made with the wizard',
  source: 'https://developer.okta.com/docs/guides/scim-provisioning-integration-connect/main/',
  steps: [
    SIGN_IN,
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
                OAUTH,
                '**Save**. Then press **Authenticate with** the application, sign in as the one named here, and **Allow**.',
              ],
            },
          ],
        },
      ],
    },
    ON,
  ],
}
