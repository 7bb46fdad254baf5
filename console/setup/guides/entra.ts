/** Microsoft Entra ID. Its `sub` is another in each application; `oid` is the object id, to be mapped to externalId. */
import { baseUrl, callback, type Guide, TOKEN } from './guide.ts'

export const ENTRA: Guide = {
  name: 'Microsoft Entra ID',
  source:
    'https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups',
  steps: [
    {
      title: 'Register the application for signing in',
      lines: [
        '**Entra ID > App registrations > New registration**: **Accounts in this organizational directory only**. **Redirect URI**: **Web**.',
        callback('Redirect URI'),
        '**Register**. **Certificates & secrets > Client secrets > New client secret**, **Add**: copy its value, which is shown once. **Overview** has the **Application (client) ID** and the **Directory (tenant) ID**; the issuer is https://login.microsoftonline.com/ with that directory and /v2.0 behind it.',
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
        'Enter it as **Secret Token**. Press **Test Connection**, then **Create**.',
        '**Attribute mapping**, for users: let externalId be mapped from objectId, and **Save**. Entra takes it from mailNickname otherwise, and nobody is found when they sign in.',
      ],
    },
    {
      title: 'Switch it on',
      lines: [
        '**Users and groups**: assign those who shall be here. **Provision on-demand** sends somebody at once, to try.',
        '**Overview > Start provisioning**. Then Entra sends every forty minutes.',
      ],
    },
  ],
}
