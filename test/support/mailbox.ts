/** A real SMTP server on this machine, and the mail that it was given. */
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export interface Mail {
  readonly to: string
  /** With its heads, as it came. */
  readonly text: string
  /** Whether it came over TLS. */
  readonly secure: boolean
  readonly user: string | undefined
}

export interface Mailbox {
  readonly port: number
  readonly mails: readonly Mail[]
}

export async function startMailbox(
  t: { after(act: () => Promise<void>): void },
  options: SMTPServerOptions = { disabledCommands: ['STARTTLS', 'AUTH'] },
): Promise<Mailbox> {
  const mails: Mail[] = []
  const server = new SMTPServer({
    authOptional: true,
    ...options,
    onAuth: ({ username }, _, done) => done(null, { user: username ?? '' }),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        const [to] = session.envelope.rcptTo
        mails.push({ to: to?.address ?? '', text, secure: session.secure, user: session.user })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const address = server.server.address()
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, mails }
}
