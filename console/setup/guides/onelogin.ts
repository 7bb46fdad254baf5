/** OneLogin. Its `sub` is the OneLogin id, which the template has to send as externalId. */
import { baseUrl, callback, type Guide, TOKEN } from './guide.ts'

export const ONELOGIN: Guide = {
  name: 'OneLogin',
  source: 'https://developers.onelogin.com/openid-connect/connect-to-onelogin',
  steps: [
    {
      title: 'Add the application for signing in',
      lines: [
        '**Applications > Applications > Add App**: look for **OpenId Connect (OIDC)**, give it a **Display Name**, **Save**.',
        'On its **Configuration** tab:',
        callback('Redirect URI’s'),
        '**Save**. OneLogin needs up to ten minutes until a changed address is known.',
        'On its **SSO** tab: **Application Type**: **Web**; **Token Endpoint**: **Basic**. **Save**, and enter here its **Client ID**, **Client Secret** and **Issuer URL**, which ends in /oidc/2.',
        { here: 'application' },
        '**Users > Users**, a person, **Applications**, **+**: who has the application can sign in.',
      ],
    },
    {
      title: 'Add the application for provisioning',
      lines: [
        '**Applications > Applications > Add App**: look for **SCIM Provisioner with SAML (SCIM v2 Enterprise)**, not for one whose name says Core Schema. **Save**, then its **Configuration** tab:',
        baseUrl('SCIM Base URL'),
        TOKEN,
        'Enter it as **SCIM Bearer Token**.',
        'In the **SCIM JSON Template** add a line below the one of userName. By this id people are known: without it nobody is found when they sign in.',
        { field: 'The line', text: '"externalId": "{$user.id}",' },
        '**Enable** at **API Status**, then **Save**.',
        '**Parameters**: **scimusername** is what becomes the user name, such as **Email**. Open **Groups**: **Include in User Provisioning**, **Save**.',
      ],
    },
    {
      title: 'Switch it on',
      lines: [
        '**Provisioning**: **Enable provisioning**, and take the ticks from **Create user**, **Delete user** and **Update user** unless somebody shall approve each. Let those who are deleted be suspended. **Save**.',
        '**Users > Users**, a person, **Applications**, **+**: give them this application, too. Who is **Pending** in its **Users** waits for **Approve**.',
        'OneLogin puts people into groups by **Rules** of the application, from their roles. The groups that are here already it learns by **Provisioning > Refresh**.',
      ],
    },
  ],
}
