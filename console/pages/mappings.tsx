/** Claim type mappings: which claim of an issuer's tokens says who it is; and what would become of a token. */
import { Button, Select, Textarea, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useAct } from '../data/act.ts'
import { api, type Item } from '../data/api.ts'
import { useRefusalOf } from '../data/session.ts'
import { tenantQuery } from '../data/tenants.ts'
import { AskFirst } from '../parts/ask-first.tsx'
import { Found, Verdict } from '../parts/explanation.tsx'
import { GoLive } from '../parts/go-live.tsx'
import { SettingsPage } from '../parts/settings-page.tsx'
import { type Fields, Form } from '../ui/form.tsx'
import { readObject } from '../ui/json.ts'
import { Facts, Note, Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

type Mapping = Item<'listClaimTypeMappings'>

const route = getRouteApi('/tenants/$tenant/settings/mappings')

const mappingsKey = (tenant: string) => ['mappings', tenant]

const columnsOf = (tenant: string): readonly Column<Mapping>[] => [
  { name: 'Issuer', share: 4, cell: ({ issuer }) => <bdi>{issuer}</bdi> },
  {
    name: 'Original issuer',
    share: 1.7,
    cell: ({ originalIssuer, originalIssuerClaim }) =>
      originalIssuer === null ? (
        'Any'
      ) : (
        <bdi title={originalIssuerClaim ?? ''}>{originalIssuer}</bdi>
      ),
  },
  { name: 'Claim', share: 1.4, cell: ({ claimType }) => <code>{claimType}</code> },
  { name: 'Compared with', share: 1.7, cell: ({ matches }) => <code>{matches}</code> },
  { name: 'Since', share: 1.9, cell: ({ createdAt }) => <Time at={createdAt} /> },
  {
    name: 'Act',
    share: 1.6,
    cell: ({ id, issuer, originalIssuer }) => (
      <AskFirst
        route="removeClaimTypeMapping"
        act="Remove"
        on={`the mapping of ${originalIssuer ?? issuer}`}
        title="Remove the mapping?"
        danger
        small
        run={() => api.removeClaimTypeMapping({ tenant, mapping: id })}
        changes={[mappingsKey(tenant)]}
      >
        Every sign-in by <bdi>{originalIssuer ?? issuer}</bdi> that no other mapping is for is
        refused from then on.
      </AskFirst>
    ),
  },
]

export function MappingsPage() {
  const { tenant } = route.useParams()
  const asked = useQuery({
    queryKey: mappingsKey(tenant),
    queryFn: () => api.listClaimTypeMappings({ tenant }),
  })
  const refusal = useRefusalOf('createClaimTypeMapping')
  const rows = asked.data?.items ?? []
  const cautions = new Set(rows.flatMap(({ caution }) => caution ?? []))
  return (
    <SettingsPage
      tenant={tenant}
      title="Claim type mappings"
      lead="Which claim of an issuer's tokens names the person, and what it is compared with."
    >
      <Panel flush title="Mappings">
        <States
          asked={asked}
          empty={
            rows.length === 0 && (
              <Standing icon="key" title="No mapping yet">
                <p>Without one every sign-in is refused: nothing says who a token is about.</p>
              </Standing>
            )
          }
        >
          <Table label="Mappings" columns={columnsOf(tenant)} rows={rows} keyOf={({ id }) => id} />
        </States>
      </Panel>
      {[...cautions].map((caution) => (
        <Note key={caution} tone="warn" title="A claim that may change">
          <p>{caution}</p>
        </Note>
      ))}
      {refusal === undefined && <Adding tenant={tenant} said={cautions} />}
      {rows.length > 0 && (
        <GoLive key={rows.map(({ id }) => id).join()} tenant={tenant} mappings={rows} />
      )}
      <Trial tenant={tenant} />
    </SettingsPage>
  )
}

interface AddingProps {
  readonly tenant: string
  /** Cautions that are shown already. */
  readonly said: ReadonlySet<string>
}

function Adding({ tenant, said }: AddingProps) {
  const { data } = useQuery(tenantQuery(tenant))
  const queries = useQueryClient()
  const add = useAct({
    mutationFn: (field: Fields) => {
      const [issuer, claimType] = [field('issuer').trim(), field('claimType').trim()]
      const connectionId = data?.connections.find((connection) => connection.issuer === issuer)?.id
      return api.createClaimTypeMapping({
        tenant,
        issuer,
        ...(claimType === '' ? {} : { claimType }),
        matches: field('matches') === 'userName' ? 'userName' : 'externalId',
        ...originOf(field),
        ...(connectionId === undefined ? {} : { connectionId }),
      })
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: mappingsKey(tenant) }),
  })
  const [first] = data?.connections ?? []
  const caution = add.data?.caution ?? null
  return (
    <Panel title="Add a mapping">
      {caution !== null && !said.has(caution) && (
        <Note tone="warn" title="It is added; look at this before it goes live">
          <p>{caution}</p>
        </Note>
      )}
      <Form key={first?.issuer} send={add.mutate} error={add.error}>
        <div className="row fields">
          <TextInput
            className="grow"
            name="issuer"
            label="Issuer"
            defaultValue={first?.issuer ?? ''}
            required
          />
          <TextInput
            name="claimType"
            label="Claim"
            placeholder={first?.kind === 'entra' ? 'oid' : 'sub'}
          />
          <Select
            name="matches"
            label="Compared with"
            data={['externalId', 'userName']}
            defaultValue="externalId"
            allowDeselect={false}
          />
        </div>
        <div className="row fields">
          <TextInput
            className="grow"
            name="originalIssuer"
            label="Original issuer"
            description="Where the issuer lets others sign people in: for those of this one alone"
            placeholder="Any"
          />
          <TextInput name="originalClaim" label="Claim that says it" placeholder="idp" />
          <Button type="submit" loading={add.isPending}>
            Add
          </Button>
        </div>
      </Form>
    </Panel>
  )
}

/** Nothing, where the mapping is for whoever signed the person in first. */
function originOf(field: Fields) {
  const [originalIssuer, claim] = [field('originalIssuer').trim(), field('originalClaim').trim()]
  if (originalIssuer === '') return {}
  return { originalIssuer, ...(claim === '' ? {} : { originalIssuerClaim: claim }) }
}

function Trial({ tenant }: { readonly tenant: string }) {
  const { data } = useQuery(tenantQuery(tenant))
  const [first] = data?.connections ?? []
  const [given, setGiven] = useState<string>()
  const claims = given ?? JSON.stringify({ iss: first?.issuer ?? 'https://…', sub: '…' }, null, 2)
  const attempt = useAct({
    mutationFn: () =>
      api.tryClaims({
        tenant,
        claims: readObject('The claims', claims),
        ...(first === undefined ? {} : { connectionId: first.id }),
      }),
  })
  return (
    <Panel title="Try a token">
      <div className="stack">
        <Textarea
          label="Claims of an ID token, as JSON"
          description="They are not verified. Nothing is loaded and nobody is signed in."
          classNames={{ input: 'mono' }}
          autosize
          minRows={4}
          value={claims}
          onChange={(event) => setGiven(event.currentTarget.value)}
        />
        <div>
          <Button variant="default" loading={attempt.isPending} onClick={() => attempt.mutate()}>
            Try
          </Button>
        </div>
        {attempt.error !== null && <Note tone="bad" title={attempt.error.message} />}
        {attempt.data !== undefined && (
          <>
            <Verdict
              tenant={tenant}
              verdict={attempt.data.verdict}
              connection={attempt.data.connectionId}
            />
            <Facts
              facts={{ 'Looked up by': attempt.data.value && <code>{attempt.data.value}</code> }}
            />
            {attempt.data.people.map((explanation, index) => (
              <Found key={index} tenant={tenant} explanation={explanation} />
            ))}
          </>
        )}
      </div>
    </Panel>
  )
}
