/** The application that people sign in with: entered, tried at once, and kept if it is good. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../data/api.ts'
import { Form } from '../ui/form.tsx'
import { Note } from '../ui/page.tsx'
import { Button, Field, SETUP_KEY, Value, Ways } from './parts.tsx'
import type { Setup } from './providers.ts'

interface ApplicationProps {
  readonly setup: Setup
  /** Where the provider wants the address of our keys; undefined: it takes none. */
  readonly keyField: string | undefined
}

const SECRET = 'By a secret'
const OUR_KEY = 'By our public key'

export function Application({ setup, keyField }: ApplicationProps) {
  const { issuer, clientId, hasClientSecret, authentication } = setup.oidcApplication
  const queries = useQueryClient()
  const [way, choose] = useState(authentication === 'private_key_jwt' ? OUR_KEY : SECRET)
  const keep = useMutation({
    mutationFn: api.setSetupApplication,
    onSuccess: (kept) => queries.setQueryData(SETUP_KEY, kept),
  })
  const isSigned = way === OUR_KEY && keyField !== undefined
  return (
    <Form
      error={keep.error}
      send={(field) =>
        keep.mutate({
          issuer: field('issuer').trim(),
          clientId: field('clientId').trim(),
          ...(isSigned ? {} : { clientSecret: field('clientSecret').trim() }),
        })
      }
    >
      <Field
        name="issuer"
        label="Issuer"
        type="url"
        known={issuer}
        placeholder="https://acme.okta.com"
      />
      <Field name="clientId" label="Client ID" known={clientId} />
      {keyField !== undefined && (
        <Ways
          ask="How the provider knows us"
          names={[SECRET, OUR_KEY]}
          chosen={way}
          choose={choose}
        />
      )}
      {isSigned ? (
        <Value field={keyField} value={setup.values.jwksUrl} />
      ) : (
        <Field
          name="clientSecret"
          label="Client secret"
          type="password"
          {...(hasClientSecret ? { placeholder: 'kept; enter it again to change it' } : {})}
        />
      )}
      <div>
        <Button type="submit" disabled={keep.isPending}>
          {keep.isPending ? 'Trying …' : 'Try and keep'}
        </Button>
      </div>
      {keep.data !== undefined && (
        <Note
          tone="good"
          title={
            keep.data.client === 'accepted'
              ? 'The provider knows this application, and it is kept'
              : 'It is kept; the provider did not say whether it knows us'
          }
        />
      )}
    </Form>
  )
}
