/** Who is warned before something of the tenant ends, a test of it, and the receipts. */
import { Button, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useAct } from '../data/act.ts'
import { api, type Item, type Reply, usePages } from '../data/api.ts'
import { useRefusalOf } from '../data/session.ts'
import { AskFirst } from '../parts/ask-first.tsx'
import { Settings } from '../parts/settings.tsx'
import { SettingsPage } from '../parts/settings-page.tsx'
import { CopyOnce } from '../ui/copy.tsx'
import { words } from '../ui/format.ts'
import { Lines, linesOf } from '../ui/lines.tsx'
import { Mark, Note, Panel, type Tone } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

type Warned = Reply<'readWarningSettings'>
type Warning = Item<'listWarnings'>

const route = getRouteApi('/tenants/$tenant/settings/warnings')

const settingsKey = (tenant: string) => ['warning-settings', tenant]
const sentKey = (tenant: string) => ['warnings', tenant]

const TONES: Readonly<Record<Warning['outcome'], Tone>> = {
  delivered: 'good',
  waiting: 'calm',
  failed: 'bad',
}

const columns: readonly Column<Warning>[] = [
  { name: 'Of', share: 1.4, cell: ({ kind }) => words(kind) },
  { name: 'What it says', share: 2.6, isWhole: true, cell: ({ subject }) => <bdi>{subject}</bdi> },
  { name: 'To', share: 2.4, isWhole: true, cell: ({ target }) => <bdi>{target}</bdi> },
  {
    name: 'Outcome',
    share: 1.4,
    cell: ({ outcome }) => <Mark tone={TONES[outcome]}>{outcome}</Mark>,
  },
  {
    name: 'Answer',
    isWhole: true,
    share: 2,
    cell: ({ answer }) => answer,
  },
  { name: 'Made', share: 1.4, cell: ({ createdAt }) => <Time at={createdAt} relative /> },
  {
    name: 'Tried next',
    share: 1.9,
    cell: ({ nextTryAt }) => <Time at={nextTryAt} none="not again" relative />,
  },
]

export function WarningsPage() {
  const { tenant } = route.useParams()
  const [secret, setSecret] = useState<string | null>(null)
  const asked = useQuery({
    queryKey: settingsKey(tenant),
    queryFn: () => api.readWarningSettings({ tenant }),
  })
  return (
    <SettingsPage
      tenant={tenant}
      title="Warnings"
      lead="The customer is told before a token, a secret, a key or a setup link ends, in time to renew it."
    >
      <Panel title="Who is warned">
        <States asked={asked}>
          {asked.data && (
            <div className="stack">
              {secret !== null && <CopyOnce label="Secret of the webhook" value={secret} />}
              <Who tenant={tenant} warned={asked.data} made={setSecret} />
            </div>
          )}
        </States>
      </Panel>
      <Sent tenant={tenant} warned={asked.data} />
    </SettingsPage>
  )
}

interface WhoProps {
  readonly tenant: string
  readonly warned: Warned
  /** A webhook has another secret. */
  readonly made: (secret: string | null) => void
}

function Who({ tenant, warned, made }: WhoProps) {
  // What was read first: later looks do not change what is being edited.
  const [known, setKnown] = useState(warned)
  const { emails, webhookUrl, sendsEmail, changedAt: replaces } = known
  const changes = [settingsKey(tenant)]
  const onDone = ({ webhookSecret, ...saved }: Reply<'changeWarningSettings'>) => {
    made(webhookSecret)
    setKnown(saved)
  }
  return (
    <>
      <Settings
        route="changeWarningSettings"
        save={(field) => {
          const url = field('webhookUrl').trim() || null
          return api.changeWarningSettings({
            tenant,
            emails: linesOf(field('emails')),
            // Naming it again would make another secret.
            ...(url !== webhookUrl && { webhookUrl: url }),
            replaces,
          })
        }}
        changes={changes}
        onDone={onDone}
      >
        <Lines
          name="emails"
          label="E-mail addresses"
          description={
            sendsEmail
              ? 'One a line.'
              : 'One a line. This server sends no e-mail: ROLLCALL_SMTP_URL is not set.'
          }
          values={emails}
        />
        <TextInput
          name="webhookUrl"
          label="Webhook"
          description="https, on the public internet. It gets a secret that signs what is sent, shown once."
          placeholder="https://hooks.acme.example/rollcall"
          maxLength={2048}
          defaultValue={webhookUrl ?? ''}
        />
      </Settings>
      {webhookUrl !== null && (
        <div className="row">
          <AskFirst
            route="changeWarningSettings"
            act="Make another secret"
            title="Make another secret?"
            danger
            run={() => api.changeWarningSettings({ tenant, webhookUrl })}
            changes={changes}
            onDone={onDone}
          >
            What is sent from now on is signed by it, and no longer by the one before.
          </AskFirst>
        </div>
      )}
    </>
  )
}

interface SentProps {
  readonly tenant: string
  readonly warned: Warned | undefined
}

function Sent({ tenant, warned }: SentProps) {
  const queries = useQueryClient()
  const { asked, rows, more } = usePages(
    sentKey(tenant),
    (after) => api.listWarnings({ tenant, after }),
    { live: true },
  )
  const trial = useAct({
    mutationFn: () => api.testWarnings({ tenant }),
    onSuccess: () => queries.invalidateQueries({ queryKey: sentKey(tenant) }),
  })
  const refusal = useRefusalOf('testWarnings')
  const isAnybody = warned !== undefined && (warned.emails.length > 0 || warned.webhookUrl !== null)
  return (
    <Panel
      flush
      title="What was sent"
      actions={
        refusal === undefined &&
        isAnybody && (
          <Button variant="default" loading={trial.isPending} onClick={() => trial.mutate()}>
            Send a test
          </Button>
        )
      }
    >
      {trial.error !== null && <Note tone="bad" title={trial.error.message} />}
      <States
        asked={asked}
        empty={
          rows.length === 0 && (
            <Standing icon="check" title="Nothing was sent yet">
              <p>
                {isAnybody
                  ? 'Nothing of this tenant ends soon. Send a test to see that warnings arrive.'
                  : 'Nobody is warned. Name an address or a webhook first.'}
              </p>
            </Standing>
          )
        }
      >
        <Table
          label="What was sent"
          columns={columns}
          rows={rows}
          keyOf={({ id }) => id}
          more={more}
        />
      </States>
    </Panel>
  )
}
