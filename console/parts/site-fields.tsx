/** The settings of a site as fields of a form, the same for registering one and for changing it. */
import { Checkbox, Radio, Textarea, TextInput } from '@mantine/core'
import { type Site, type SiteKind, useIsOperator } from '../data/sites.ts'
import { Lines } from '../ui/lines.tsx'

interface SiteFieldsProps {
  readonly kind: SiteKind
  readonly site?: Site
}

export function SiteFields({ kind, site }: SiteFieldsProps) {
  return (
    <>
      <TextInput
        name="name"
        label="Name"
        description="As people know it."
        maxLength={100}
        defaultValue={site?.name ?? ''}
        required
      />
      {kind !== 'gateway' && <OfClient kind={kind} site={site} />}
    </>
  )
}

function OfClient({ kind, site }: { readonly kind: SiteKind; readonly site: Site | undefined }) {
  return (
    <>
      <Lines
        name="redirectUris"
        label="Redirect URIs"
        description="Where people come back to after signing in. One a line, compared letter by letter."
        values={site?.redirectUris}
        required
      />
      <Lines
        name="postLogoutRedirectUris"
        label="Post-logout redirect URIs"
        description="Where people come back to after signing out. One a line."
        values={site?.postLogoutRedirectUris}
      />
      <TextInput
        name="backchannelLogoutUri"
        type="url"
        label="Back-channel logout URI"
        description="Where the site is told at once that a session ended. Without it, it is not told."
        defaultValue={site?.backchannelLogoutUri ?? ''}
      />
      <TextInput
        name="initiateLoginUri"
        type="url"
        label="Initiate login URI"
        description="Where a sign-in at the site is started from a tile in the identity provider's dashboard."
        defaultValue={site?.initiateLoginUri ?? ''}
      />
      {kind === 'keys' && <Keys site={site} />}
      <Switches site={site} />
    </>
  )
}

interface OfSite {
  readonly site: Site | undefined
}

function Keys({ site }: OfSite) {
  return (
    <>
      <TextInput
        name="jwksUri"
        type="url"
        label="Where it publishes its public keys"
        description="They are fetched from there when needed, so that the site exchanges them by itself."
        defaultValue={site?.jwksUri ?? ''}
      />
      <Textarea
        name="jwks"
        label="Or its public keys themselves"
        description="A JWK set: RSA of 2,048 bits or more, P-256 or Ed25519. The private parts stay at the site."
        classNames={{ input: 'mono' }}
        defaultValue={site?.jwks ? JSON.stringify(site.jwks, null, 2) : ''}
        autosize
        minRows={4}
        maxRows={16}
      />
    </>
  )
}

function Switches({ site }: OfSite) {
  const isOperator = useIsOperator()
  return (
    <>
      <Checkbox
        name="refreshTokens"
        label="Give it refresh tokens"
        description="It acts for people until their session ends, for twelve hours at the most."
        defaultChecked={site?.refreshTokens ?? false}
      />
      <Checkbox
        name="parRequired"
        label="Take pushed requests only (PAR)"
        description="A request that travels through the browser is refused."
        defaultChecked={site?.parRequired ?? false}
      />
      {isOperator && (
        <Checkbox
          name="directoryAccess"
          label="Let it read the directory"
          description="Every person and group of the tenant, whoever is signed in."
          defaultChecked={site?.directoryAccess ?? false}
        />
      )}
    </>
  )
}

const KINDS: readonly (readonly [SiteKind, string, string])[] = [
  ['secret', 'A client secret', 'The plain way: it sends a secret that is made here.'],
  [
    'keys',
    'Keys of its own (private_key_jwt)',
    'It signs with a private key that never leaves it.',
  ],
  [
    'gateway',
    'It stands behind the gateway',
    'It speaks no OpenID Connect: its proxy asks for each request whether somebody is signed in.',
  ],
]

interface KindFieldProps {
  readonly kind: SiteKind
  readonly choose: (kind: SiteKind) => void
  /** Of a site that is there: it does not go behind the gateway, or come out. */
  readonly isThere?: boolean
}

export function KindField({ kind, choose, isThere = false }: KindFieldProps) {
  return (
    <Radio.Group
      label="How it shows who it is"
      value={kind}
      onChange={(value) => choose(KINDS.find(([known]) => known === value)?.[0] ?? kind)}
    >
      <div className="stack" style={{ gap: 10, marginTop: 8 }}>
        {KINDS.filter(([known]) => !isThere || known !== 'gateway').map(
          ([value, label, description]) => (
            <Radio key={value} value={value} label={label} description={description} />
          ),
        )}
      </div>
    </Radio.Group>
  )
}
