/**
 * JumpCloud. What it sends as externalId and says as `sub` cannot be set, and no page of its own says that both
 * are the same: so the guide has it tried before people are let in.
 */
import { baseUrl, callback, type Guide, TOKEN } from './guide.ts'

export const JUMPCLOUD: Guide = {
  name: 'JumpCloud',
  source:
    'https://jumpcloud.com/support/provision-and-manage-users-and-groups-in-apps-using-custom-scim-identity-management-integration',
  steps: [
    {
      title: 'Add the application for signing in',
      lines: [
        '**SSO Applications > + Add New Application > Custom Application**, **Next**: **Manage Single Sign-On**, then **Configure SSO with OIDC**, **Next**. A **Display Label**, **Next**, **Configure Application**. On its **SSO** tab:',
        callback('Redirect URIs'),
        '**Client Authentication Type**: **Client Secret Basic**. **Login URL**: where your people begin, such as the address of a site; nothing here asks for it. **Standard Scopes**: **Email** and **Profile**.',
        'Press **Activate**, and enter here the **Client ID** and **Client Secret**, which JumpCloud shows once. The issuer is https://oauth.id.jumpcloud.com/ for every organisation, and https://oauth.id.eu.jumpcloud.com/ in the EU.',
        { here: 'application' },
        '**User Groups**: tick those who shall sign in. **Save**.',
      ],
    },
    {
      title: 'Add the application for provisioning',
      lines: [
        '**SSO Applications > + Add New Application > Custom Application**, **Next**: **Export users to this app (Identity Management)**, **Next**. A **Display Label**, **Save Application**, **Configure Application**. On its **Identity Management** tab, at **Configuration Settings**: **API Type**: **SCIM API**. **SCIM Version**: **SCIM 2.0**.',
        baseUrl('Base URL'),
        TOKEN,
        'Enter it as **Token Key**, and as **Test User Email** an address that nobody has: JumpCloud makes that person and a group, and removes both.',
        'Press **Test Connection**, then **Activate**. Leave **Enable management of User Groups and Group Membership in this application** on. **Save**.',
      ],
    },
    {
      title: 'Switch it on',
      lines: [
        '**User Groups**: tick those that shall be here. **Save**: their people are sent at once.',
        'JumpCloud itself chooses the id that it sends, and the id that it says when somebody signs in. The test below tells whether both are the same; if not, whoever gave you this link can have another claim compared.',
      ],
    },
  ],
}
