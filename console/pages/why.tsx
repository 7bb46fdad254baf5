/** Why? One field: whatever a person quotes, and the answer. */
import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { api } from '../data/api.ts'
import { Found, Verdict } from '../parts/explanation.tsx'
import { InTenant } from '../parts/names.tsx'
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
                connection={asked.data.people[0]?.connection.id}
              />
              {asked.data.people.map((explanation, index) => (
                <Found
                  key={explanation.identity?.id ?? explanation.staged?.resourceId ?? index}
                  tenant={tenant}
                  explanation={explanation}
                />
              ))}
            </div>
          )}
        </States>
      )}
    </Page>
  )
}
