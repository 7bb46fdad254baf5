/** PingOne. Its `sub` is the User ID, which the rule has to map to externalId. */
import { baseUrl, callback, type Guide, TOKEN } from './guide.ts'

export const PINGONE: Guide = {
  name: 'PingOne',
  source: 'https://docs.pingidentity.com/pingone/integrations/p1_create_scim_connection.html',
  steps: [
    {
      title: 'Add the application for signing in',
      lines: [
        '**Applications > Applications > +**: an **Application Name**, **OIDC Web App**, **Save**. Then **Configuration** and its pencil:',
        callback('Redirect URIs'),
        '**Response Type**: **Code**. **Grant Type**: **Authorization Code**. **Token Endpoint Authentication Method**: **Client Secret Basic**. **Save**.',
        '**Attribute Mappings**: leave **sub** at **User ID**. By it people are known.',
        'Enter here the **Client ID** and **Client Secret** of **Configuration**. The issuer is https://auth.pingone.com/ (.eu, .ca, .asia as your region has it) with your **Environment ID** and /as behind it.',
        { here: 'application', keyField: 'Private Key JWT, by JWKS URL' },
        '**Access**: the groups who shall sign in, if not everybody. Switch the application on.',
      ],
    },
    {
      title: 'Make the connection for provisioning',
      lines: [
        '**Integrations > Provisioning > + > New connection**. **Identity Store**: **Select**. **SCIM Outbound**: **Select**, **Next**. A name, **Next**.',
        baseUrl('SCIM BASE URL'),
        '**Users Resource**: /Users. **Groups Resource**: /Groups. **SCIM Version**: 2.0. **Authentication Method**: **OAuth 2 Bearer Token**.',
        TOKEN,
        'Enter it as **OAuth Access Token**. **Auth Type Header**: **Bearer**. Press **Test Connection**, then **Next**.',
        '**Configure Preferences**: **Remove Action**: **Disable**, so that who leaves is known as somebody who left. **Save**, and switch the connection on.',
      ],
    },
    {
      title: 'Switch it on by a rule',
      lines: [
        '**Integrations > Provisioning > + > New rule**: a name, **Create rule**. **Configuration**: the connection as **Target**, **Save**.',
        '**User Filter** and its pencil: who shall be here, such as **Enabled** equals true. **Save**.',
        '**Attribute Mapping** and its pencil, **Add**: **User ID** to **externalId**. **Save**. Without it nobody is found when they sign in.',
        '**Group Provisioning > Add Groups**: the groups that shall be here. **Save**. Switch the rule on.',
      ],
    },
  ],
}
