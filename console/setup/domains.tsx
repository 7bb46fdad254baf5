/** Whose people are sent to this identity provider: domains, each proven by a record in the DNS. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../data/api.ts'
import { Form } from '../ui/form.tsx'
import { Mark, Note } from '../ui/page.tsx'
import { Button, Field, SETUP_KEY, Value } from './parts.tsx'
import type { Setup } from './providers.ts'
import css from './setup.module.css'

export function Domains({ setup: { domains } }: { readonly setup: Setup }) {
  const queries = useQueryClient()
  const add = useMutation({
    mutationFn: api.addSetupDomain,
    onSuccess: () => queries.invalidateQueries({ queryKey: SETUP_KEY }),
  })
  return (
    <div className="stack">
      <p>
        Whoever enters an e-mail address of a verified domain is sent to your identity provider
        without being asked where they work.
      </p>
      {domains.map((domain) => (
        <Domain key={domain.domain} domain={domain} />
      ))}
      <Form
        key={domains.length}
        error={add.error}
        send={(field) => add.mutate({ domain: field('domain').trim() })}
      >
        <Field name="domain" label="Domain" placeholder="acme.example" />
        <div>
          <Button type="submit" disabled={add.isPending}>
            Add the domain
          </Button>
        </div>
      </Form>
    </div>
  )
}

function Domain({ domain: { domain, record, verifiedAt } }: { readonly domain: Claimed }) {
  const queries = useQueryClient()
  const onSuccess = () => queries.invalidateQueries({ queryKey: SETUP_KEY })
  const verify = useMutation({ mutationFn: () => api.verifySetupDomain({ domain }), onSuccess })
  const remove = useMutation({ mutationFn: () => api.removeSetupDomain({ domain }), onSuccess })
  const error = verify.error ?? remove.error
  return (
    <section className={css['domain']} aria-label={domain}>
      <div className="row">
        <strong className="grow">{domain}</strong>
        <Mark tone={verifiedAt === null ? 'calm' : 'good'}>
          {verifiedAt === null ? 'not verified' : 'verified'}
        </Mark>
      </div>
      {verifiedAt === null && (
        <>
          <p>Publish this TXT record in the DNS, then check. It can take some minutes.</p>
          <Value field="Name of the record" value={record.name} />
          <Value field="Value of the record" value={record.value} />
        </>
      )}
      {error !== null && <Note tone="bad" title={error.message} />}
      <div className="row">
        {verifiedAt === null && (
          <Button disabled={verify.isPending} onClick={() => verify.mutate()}>
            {verify.isPending ? 'Looking …' : 'Check the record'}
          </Button>
        )}
        <Button quiet disabled={remove.isPending} onClick={() => remove.mutate()}>
          {verifiedAt === null ? `Take ${domain} back` : `Give ${domain} up`}
        </Button>
      </div>
    </section>
  )
}

type Claimed = Setup['domains'][number]
