/** Branding: the name, logo and colours of the pages that people see when they sign in, as they would look. */
import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ChangeEvent, useState } from 'react'
import { api, type Reply } from '../data/api.ts'
import { isColour } from '../data/colours.ts'
import { useRefusalOf } from '../data/session.ts'
import { type Tenant, tenantQuery } from '../data/tenants.ts'
import { accentsOf, type Brand, BrandPreview } from '../parts/brand-preview.tsx'
import parts from '../parts/parts.module.css'
import { Settings } from '../parts/settings.tsx'
import { SettingsPage } from '../parts/settings-page.tsx'
import { Note, Panel } from '../ui/page.tsx'
import { States } from '../ui/states.tsx'

type Branding = Reply<'readBranding'>

const route = getRouteApi('/tenants/$tenant/settings/branding')

const MOST_LOGO_BYTES = 128 * 1024

export function BrandingPage() {
  const { tenant } = route.useParams()
  const named = useQuery(tenantQuery(tenant))
  const asked = useQuery({
    queryKey: ['branding', tenant],
    queryFn: () => api.readBranding({ tenant }),
  })
  return (
    <SettingsPage
      tenant={tenant}
      title="Branding"
      lead="How the pages look that people of this tenant see on their way to a site."
    >
      <States asked={named.isError ? named : asked}>
        {asked.data && named.data && <Editor tenant={named.data} branding={asked.data} />}
      </States>
    </SettingsPage>
  )
}

interface EditorProps {
  readonly tenant: Tenant
  readonly branding: Branding
}

/** What is saved is what is previewed. */
function Editor({ tenant, branding }: EditorProps) {
  const [draft, setDraft] = useState(() => draftOf(tenant, branding))
  // What was read first: later looks do not change what is being edited.
  const [replaces, setReplaces] = useState(branding.changedAt)
  const mayChange = useRefusalOf('changeBranding') === undefined
  const accents = accentsOf(draft)
  const set = (part: Partial<Brand>) => setDraft((known) => ({ ...known, ...part }))
  const save = () =>
    api.changeBranding({
      tenant: tenant.id,
      name: draft.name.trim() || null,
      accent: draft.accent.trim() || null,
      accentDark: draft.accentDark.trim() || null,
      ...logoOf(draft),
      replaces,
    })
  return (
    <>
      <Panel title="As people see it">
        <BrandPreview brand={{ ...draft, name: draft.name.trim() || tenant.name }} />
      </Panel>
      <Panel title="Settings">
        <Settings
          route="changeBranding"
          save={save}
          changes={[['branding']]}
          onDone={(saved) => {
            setDraft(draftOf(tenant, saved))
            setReplaces(saved.changedAt)
          }}
        >
          <TextInput
            label="Name"
            description="Without one, the name of the tenant."
            maxLength={100}
            value={draft.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <ColourField
            label="Accent"
            description="Of links and buttons, as #1d4ed8. Without one, ours."
            value={draft.accent}
            effective={accents.light}
            set={(accent) => set({ accent })}
          />
          <ColourField
            label="Accent on dark screens"
            description="Without one it follows from the accent."
            value={draft.accentDark}
            effective={accents.dark}
            set={(accentDark) => set({ accentDark })}
          />
          <LogoField set={(logo) => set({ logo })} />
          {draft.logo !== null && mayChange && (
            <div>
              <Button variant="default" onClick={() => set({ logo: null })}>
                Take the logo away
              </Button>
            </div>
          )}
        </Settings>
      </Panel>
    </>
  )
}

function draftOf({ id }: Tenant, { name, accent, accentDark, logo, changedAt }: Branding): Brand {
  return {
    name: name ?? '',
    accent: accent ?? '',
    accentDark: accentDark ?? '',
    logo: logo && `/t/${id}/brand/logo?v=${Date.parse(changedAt ?? '')}`,
  }
}

/** Nothing where the logo is still the one that the server has. */
function logoOf({ logo }: Brand): { logo?: string | null } {
  if (logo === null) return { logo: null }
  const [, base64] = logo.split(';base64,')
  return base64 === undefined ? {} : { logo: base64 }
}

interface ColourFieldProps {
  readonly label: string
  readonly description: string
  /** As written. */
  readonly value: string
  readonly effective: string
  readonly set: (value: string) => void
}

function ColourField({ label, description, value, effective, set }: ColourFieldProps) {
  const onChange = (event: ChangeEvent<HTMLInputElement>) => set(event.currentTarget.value)
  return (
    <div className={parts['colour']}>
      <TextInput
        className="grow"
        label={label}
        description={description}
        placeholder={effective}
        maxLength={20}
        value={value}
        onChange={onChange}
        error={value !== '' && !isColour(value.trim()) && 'Give # and six hex digits.'}
      />
      <input
        type="color"
        aria-label={`${label}, from a palette`}
        value={effective}
        onChange={onChange}
      />
    </div>
  )
}

function LogoField({ set }: { readonly set: (dataUrl: string) => void }) {
  const [error, setError] = useState<string>()
  const onChange = async ({ currentTarget: { files } }: ChangeEvent<HTMLInputElement>) => {
    const file = files?.[0]
    if (file === undefined) return
    setError(undefined)
    if (file.size <= MOST_LOGO_BYTES) return set(await dataUrlOf(file))
    setError(
      `It has ${Math.ceil(file.size / 1024)} KiB and may have ${MOST_LOGO_BYTES / 1024}: scale it down.`,
    )
  }
  return (
    <>
      <TextInput
        type="file"
        label="Logo"
        description="A PNG or JPEG of up to 128 KiB and 2,000 pixels each way."
        accept="image/png,image/jpeg"
        onChange={(event) => void onChange(event)}
      />
      {error !== undefined && <Note tone="bad" title={error} />}
    </>
  )
}

function dataUrlOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => {
      if (typeof reader.result === 'string') resolve(reader.result)
    })
    reader.addEventListener('error', () => reject(new Error('The file cannot be read.')))
    reader.readAsDataURL(file)
  })
}
