/** Provisioning by OAuth in place of a token: who may consent, where the provider is returned to, the secret. */
import { useMutation } from '@tanstack/react-query'
import { api } from '../data/api.ts'
import { Form } from '../ui/form.tsx'
import { Note } from '../ui/page.tsx'
import { Time } from '../ui/time.tsx'
import { Button, Field, Value } from './parts.tsx'
import type { Setup } from './providers.ts'

export function Oauth({ setup: { tokens } }: { readonly setup: Setup }) {
  const allow = useMutation({ mutationFn: api.allowSetupOauth })
  const grant = tokens.find(({ kind, state }) => kind === 'oauth' && state === 'live')
  return (
    <div className="stack">
      {grant !== undefined && (
        <Note tone="good" title="The provider has been let in">
          <p>
            By <bdi>{grant.allowedBy}</bdi>, <Time at={grant.createdAt} />. It was last used{' '}
            <Time at={grant.lastUsedAt} relative />. A new secret shuts it out until it is entered
            there.
          </p>
        </Note>
      )}
      <Form
        error={allow.error}
        send={(field) =>
          allow.mutate({
            callback: field('callback').trim(),
            administrator: field('administrator').trim(),
          })
        }
      >
        <Field
          name="callback"
          label="The application’s name in the address of its page, or its whole callback address"
          placeholder="acme_rollcall_1"
        />
        <Field
          name="administrator"
          label="Who will authenticate: the user name that you sign in with"
          placeholder="ada@acme.example"
        />
        <div>
          <Button type="submit" disabled={allow.isPending}>
            Make the client secret
          </Button>
        </div>
      </Form>
      {allow.data !== undefined && (
        <>
          <Value field="Client ID" value={allow.data.clientId} />
          <Value field="Client Secret" value={allow.data.clientSecret} />
          <Note tone="warn" title="The secret is shown once" />
        </>
      )}
    </div>
  )
}
