/** Why? One field: whatever a person quotes, and the answer. */
import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { api } from '../data/api.ts'
import { Found, Verdict } from '../parts/explanation.tsx'
import { InTenant } from '../parts/names.tsx'
import { SignInSteps } from '../parts/sign-in-steps.tsx'
import { paths } from '../paths.ts'
import { type Fields, Form } from '../ui/form.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { States } from '../ui/states.tsx'

const route = getRouteApi('/tenants/$tenant/why')

export function WhyPage() {
  const { tenant } = route.useParams()
  const { person } = route.useSearch()
  const navigate = route.useNavigate()
  const asked = useQuery({
    queryKey: ['why', tenant, person],
    queryFn: () => api.explain({ tenant, person: person ?? '' }),
    enabled: person !== undefined,
  })
  const send = (field: Fields) => {
    const asks = field('person').trim()
    if (asks !== '') void navigate({ search: { person: asks } })
  }
  return (
    <Page
      title="Why can somebody not sign in?"
      above={<InTenant tenant={tenant} />}
      lead="By user name, FQN, e-mail address, external id, or the reference on the page that refused them."
    >
      <Panel>
        <Form send={send}>
          <div className="row fields">
            <TextInput
              key={person}
              className="grow"
              name="person"
              label="Person or reference"
              placeholder="nadia@acme.example or sgn_…"
              defaultValue={person ?? ''}
              required
            />
            <Button type="submit">Explain</Button>
          </div>
        </Form>
      </Panel>
      {person !== undefined && (
        <States asked={asked}>
          {asked.data !== undefined && (
            <div className="stack" aria-live="polite">
              <Verdict
                tenant={tenant}
                verdict={asked.data.verdict}
                connection={
                  asked.data.people[0]?.connection.id ??
                  asked.data.signIn?.connectionId ??
                  undefined
                }
                signIn={asked.data.signIn}
              />
              {asked.data.people.map((explanation, index) => (
                <Found
                  key={explanation.identity?.id ?? explanation.staged?.resourceId ?? index}
                  tenant={tenant}
                  explanation={explanation}
                />
              ))}
              {isReference(person) && <SignInOf tenant={tenant} reference={person} />}
            </div>
          )}
        </States>
      )}
    </Page>
  )
}

type Reference = `sgn_${string}`

const isReference = (asked: string): asked is Reference => asked.startsWith('sgn_')

/** Where that sign-in stopped, and what the identity provider said. */
function SignInOf({
  tenant,
  reference,
}: {
  readonly tenant: string
  readonly reference: Reference
}) {
  const asked = useQuery({
    queryKey: ['sign-in', reference],
    queryFn: () => api.readSignIn({ reference }),
  })
  return (
    <Panel
      title="That sign-in, step by step"
      actions={<Link {...paths.signIns(tenant, { entry: reference })}>In the log</Link>}
    >
      <States asked={asked}>
        {asked.data !== undefined && <SignInSteps signIn={asked.data} />}
      </States>
    </Panel>
  )
}
