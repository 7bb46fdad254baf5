/**
 * A device that keeps passkeys, as WebAuthn level 3 has one answer: an ES256 key for each, its person
 * verified, a counter that rises, and attestation `none`.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

interface Options {
  readonly challenge?: unknown
}

export function createAuthenticator(origin: string) {
  const rpHash = createHash('sha256').update(new URL(origin).hostname).digest()
  const id = randomBytes(16)
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  let counter = 0

  const clientData = (type: string, { challenge }: Options, at = origin) =>
    Buffer.from(JSON.stringify({ type, challenge, origin: at, crossOrigin: false }))
  /** Person present and verified; with `credential`, its id and key stand behind (section 6.1). */
  const authData = (credential = Buffer.alloc(0)) => {
    const count = Buffer.alloc(4)
    count.writeUInt32BE((counter += 1))
    const flags = Buffer.from([credential.length > 0 ? 0x45 : 0x05])
    return Buffer.concat([rpHash, flags, count, credential])
  }
  const text = (bytes: Buffer) => bytes.toString('base64url')
  const whole = { id: text(id), rawId: text(id), type: 'public-key', clientExtensionResults: {} }

  return {
    /** What `navigator.credentials.create` gives, as JSON. */
    create(options: Options) {
      const length = Buffer.from([0, id.length])
      const data = authData(Buffer.concat([Buffer.alloc(16), length, id, coseKey(publicKey)]))
      const attestation = Buffer.concat([
        Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex'),
        Buffer.from([0x58, data.length]),
        data,
      ])
      const client = clientData('webauthn.create', options)
      const response = { clientDataJSON: text(client), attestationObject: text(attestation) }
      return { ...whole, response: { ...response, transports: ['internal'] } }
    },

    /** What `navigator.credentials.get` gives, as JSON; `at` is the page that asks. */
    get(options: Options, at = origin) {
      const client = clientData('webauthn.get', options, at)
      const data = authData()
      const hash = createHash('sha256').update(client).digest()
      const signature = sign('sha256', Buffer.concat([data, hash]), privateKey)
      const response = { clientDataJSON: text(client), authenticatorData: text(data) }
      return { ...whole, response: { ...response, signature: text(signature) } }
    },
  }
}

/** COSE: a key of type EC2 for ES256 on P-256 (RFC 9053 section 7.1.1). */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  const part = (label: string, value: string) =>
    Buffer.concat([Buffer.from(`${label}5820`, 'hex'), Buffer.from(value, 'base64url')])
  return Buffer.concat([Buffer.from('a5010203262001', 'hex'), part('21', x), part('22', y)])
}
