/** What a customer's administrator enters at the identity provider; the secrets among it are shown once. */
import type { Reply } from '../data/api.ts'
import { Copy } from '../ui/copy.tsx'
import { Note, Panel } from '../ui/page.tsx'

export function Handover({ handover }: { readonly handover: Reply<'addConnection'>['handover'] }) {
  const { client, scim } = handover
  return (
    <>
      <Note tone="warn" title="The secrets are shown once">
        <p>Copy them before you leave this page. What is lost is replaced by a new one.</p>
      </Note>
      <Panel title="The three values">
        <div className="stack">
          <Copy label="Authority" value={client.authority} />
          <Copy label="BaseUrl" value={scim.baseUrl} />
          <Copy label="Token" value={scim.token} />
        </div>
      </Panel>
      <Panel title="For provisioning by OAuth">
        <div className="stack">
          <Copy label="Client id" value={client.clientId} />
          <Copy label="Client secret" value={client.clientSecret} />
          <Copy label="Redirect URI" value={client.redirectUri} />
          <Copy label="Scope" value={client.scope} />
        </div>
      </Panel>
      <Panel title="All of it, as JSON">
        <Copy label="Handover" value={JSON.stringify(handover)} />
      </Panel>
    </>
  )
}
