/** authentik. With its default subject mode `sub` is the hashed id, which it sends as externalId. */
import { baseUrl, callback, type Guide, TOKEN } from './guide.ts'

export const AUTHENTIK: Guide = {
  name: 'authentik',
  source: 'https://docs.goauthentik.io/add-secure-apps/providers/scim/create-scim-provider/',
  steps: [
    {
      title: 'Create the application for signing in',
      lines: [
        '**Applications > Applications > New Application**: its name, **Next**. **Provider Type**: **OAuth2/OIDC**, **Next**. An **Authorization flow**; **Client type**: **Confidential**.',
        callback('Redirect URIs/Origins'),
        'The address as **Strict**. **Signing Key**: choose one; without it tokens are signed by the secret, which is refused here.',
        '**Advanced protocol settings**: leave **Subject mode** at **Based on the User’s hashed ID**, by which people are known, and **Issuer mode** as it is.',
        '**Next** and **Next** again, then create it. Enter here its **Client ID** and **Client Secret**, and as issuer the **OpenID Configuration Issuer** of the provider’s page, with the slash at its end.',
        { here: 'application' },
      ],
    },
    {
      title: 'Create the provider for provisioning',
      lines: [
        '**Applications > Providers > New Provider**: **SCIM**. At **Protocol settings**:',
        baseUrl('URL'),
        TOKEN,
        'Enter it as **Token**. Leave **Compatibility Mode** at **Default** and the **User Property Mappings** as they are: then authentik sends the hashed id as externalId. Create it.',
        '**Applications > Applications**, edit the application for signing in: **+** beside **Backchannel Providers**, choose the provider, **Confirm**, **Save changes**.',
      ],
    },
    {
      title: 'Switch it on',
      lines: [
        'Who is bound to the application is sent; if nobody is, all are. Each change is sent as it happens, and everything once an hour; a synchronisation can also be started on the provider’s page.',
      ],
    },
  ],
}
