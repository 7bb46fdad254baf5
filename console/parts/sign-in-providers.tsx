/** The connections that administrators of the platform may sign in through, by OpenID Connect. */
import { Button, Select, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAct } from '../data/act.ts'
import { api, type Item } from '../data/api.ts'
import { useRefusalOf } from '../data/session.ts'
import { tenantQuery } from '../data/tenants.ts'
import { Form } from '../ui/form.tsx'
import { Panel, PanelBody } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'
import { AskFirst } from './ask-first.tsx'

type Provider = Item<'listSignInProviders'>

const KEY = ['sign-in-providers']

const columns: readonly Column<Provider>[] = [
  { name: 'Name on the button', share: 2.4, cell: ({ name }) => <bdi>{name}</bdi> },
  { name: 'Connection', share: 3, cell: ({ connection }) => <code>{connection}</code> },
  { name: 'Since', share: 1.6, cell: ({ createdAt }) => <Time at={createdAt} /> },
  {
    name: 'Act',
    share: 1.3,
    cell: ({ connection, name }) => (
      <AskFirst
        route="removeSignInProvider"
        act="Remove"
        on={name}
        title="Remove the provider?"
        danger
        small
        run={() => api.removeSignInProvider({ connection })}
        changes={[KEY]}
      >
        No operator signs in through <bdi>{name}</bdi> any more; whoever has no other way in needs a
        reset.
      </AskFirst>
    ),
  },
]

export function SignInProviders() {
  const asked = useQuery({ queryKey: KEY, queryFn: () => api.listSignInProviders({}) })
  const refusal = useRefusalOf('nameSignInProvider')
  const rows = asked.data?.items ?? []
  return (
    <Panel flush title="Sign-in providers">
      {refusal === undefined && <Add />}
      <States
        asked={asked}
        empty={
          rows.length === 0 && (
            <Standing icon="key" title="Operators sign in here alone">
              <p>Name a connection, and whoever has linked themselves signs in through it.</p>
            </Standing>
          )
        }
      >
        <Table
          label="Sign-in providers"
          columns={columns}
          rows={rows}
          keyOf={({ connection }) => connection}
        />
      </States>
    </Panel>
  )
}

/** A tenant first, and then one of its connections. */
function Add() {
  const [tenant, setTenant] = useState<string | null>(null)
  const [connection, setConnection] = useState<string | null>(null)
  const queries = useQueryClient()
  const tenants = useQuery({
    queryKey: ['tenants'],
    queryFn: () => api.listTenants({ limit: 500 }),
  })
  const connections = useQuery({ ...tenantQuery(tenant ?? ''), enabled: tenant !== null })
  const add = useAct({
    mutationFn: (name: string) =>
      api.nameSignInProvider({
        tenant: tenant ?? '',
        connection: connection as Provider['connection'],
        name,
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
  })
  return (
    <PanelBody>
      <Form send={(field) => add.mutate(field('provider').trim())} error={add.error}>
        <div className="row fields">
          <Select
            label="Tenant"
            className="grow"
            searchable
            limit={100}
            data={(tenants.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            value={tenant}
            onChange={(chosen) => {
              setTenant(chosen)
              setConnection(null)
            }}
          />
          <Select
            label="Connection"
            className="grow"
            data={(connections.data?.connections ?? []).map(({ id, name }) => ({
              value: id,
              label: name,
            }))}
            value={connection}
            onChange={setConnection}
            disabled={tenant === null}
          />
          <TextInput
            className="grow"
            name="provider"
            label="Name on the button"
            maxLength={100}
            required
          />
          <Button type="submit" loading={add.isPending} disabled={connection === null}>
            Add
          </Button>
        </div>
      </Form>
    </PanelBody>
  )
}
