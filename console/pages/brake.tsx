/** How much may go at once before the brake holds. */
import { Checkbox, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, type Reply } from '../data/api.ts'
import { Settings } from '../parts/settings.tsx'
import { SettingsPage } from '../parts/settings-page.tsx'
import { paths } from '../paths.ts'
import type { Fields } from '../ui/form.tsx'
import { Panel } from '../ui/page.tsx'
import { States } from '../ui/states.tsx'

type Brake = Reply<'readBrake'>

const route = getRouteApi('/tenants/$tenant/settings/brake')

const keyOf = (tenant: string) => ['brake', tenant]

export function BrakePage() {
  const { tenant } = route.useParams()
  const asked = useQuery({ queryKey: keyOf(tenant), queryFn: () => api.readBrake({ tenant }) })
  return (
    <SettingsPage
      tenant={tenant}
      title="Brake"
      lead="When more people or members leave at once than usual, the rest waits until somebody decides."
    >
      <Panel title="What goes through">
        <States asked={asked}>{asked.data && <Editor tenant={tenant} brake={asked.data} />}</States>
      </Panel>
    </SettingsPage>
  )
}

function Editor({ tenant, brake }: { readonly tenant: string; readonly brake: Brake }) {
  // What was read first: later looks do not change what is being edited.
  const [replaces, setReplaces] = useState(brake)
  return (
    <Settings
      route="changeBrake"
      save={(field) => api.changeBrake({ tenant, ...brakeOf(field), replaces })}
      changes={[keyOf(tenant)]}
      onDone={setReplaces}
    >
      <BrakeFields brake={replaces} />
      <div className="soft">
        What it holds now is under <Link {...paths.holds(tenant)}>Held by the brake</Link>.
      </div>
    </Settings>
  )
}

function BrakeFields({ brake }: { readonly brake: Brake }) {
  return (
    <>
      <NumberField
        name="share"
        label="Share of the people, in percent"
        description="Of those active when the window began."
        value={percentOf(brake.share)}
        min={0.01}
        max={100}
      />
      <NumberField
        name="atLeast"
        label="People who may always leave"
        description="It holds only if more than these and more than that share would go."
        value={brake.atLeast}
        min={0}
        max={1_000_000}
      />
      <NumberField
        name="windowMinutes"
        label="Window, in minutes"
        description="What left within it counts together."
        value={brake.windowMinutes}
        max={10_080}
      />
      <Checkbox
        name="cutsAccess"
        label="End the sessions of who is held at once"
        description="Otherwise they can still sign in until somebody decides."
        defaultChecked={brake.cutsAccess}
      />
      <NumberField
        name="groupShare"
        label="Share of a group's members, in percent"
        description="Of those it had when the window began. 100 holds no group."
        value={percentOf(brake.groupShare)}
        min={0.01}
        max={100}
      />
      <NumberField
        name="groupSize"
        label="Smallest group that is held"
        description="By how many members it had then."
        value={brake.groupSize}
        max={1_000_000}
      />
    </>
  )
}

interface NumberFieldProps {
  readonly name: Exclude<keyof Brake, 'cutsAccess'>
  readonly label: string
  readonly description: string
  readonly value: number
  readonly min?: number
  readonly max: number
}

function NumberField({ value, min = 1, ...field }: NumberFieldProps) {
  return (
    <TextInput
      {...field}
      type="number"
      min={min}
      step={min < 1 ? 'any' : 1}
      defaultValue={value}
      required
    />
  )
}

const percentOf = (share: number): number => Number((share * 100).toFixed(2))

function brakeOf(field: Fields): Brake {
  return {
    share: Number(field('share')) / 100,
    atLeast: Number(field('atLeast')),
    windowMinutes: Number(field('windowMinutes')),
    cutsAccess: field('cutsAccess') === 'on',
    groupShare: Number(field('groupShare')) / 100,
    groupSize: Number(field('groupSize')),
  }
}
