/** What was seen at each step of a sign-in, or of a test of one. */
import type { Item } from '../data/api.ts'
import { asText, words } from '../ui/format.ts'
import { LongText } from '../ui/long-text.tsx'
import { Facts } from '../ui/page.tsx'
import { Timeline } from '../ui/timeline.tsx'

type SignIn = Item<'listSignIns'>

export function SignInSteps({
  signIn: { outcome, startedAt, steps },
}: {
  readonly signIn: SignIn
}) {
  return (
    <Timeline
      label="Steps"
      happenings={steps.map((step, index) => ({
        key: String(index),
        at: typeof step['at'] === 'string' ? step['at'] : startedAt,
        tone: outcome === 'refused' && index === steps.length - 1 ? 'bad' : 'good',
        title: stepName(step),
        details: <Seen step={step} />,
      }))}
    />
  )
}

export function stepName(step: SignIn['steps'][number] | undefined): string {
  return typeof step?.['step'] === 'string' ? words(step['step']) : ''
}

/** What was seen at a step. */
function Seen({ step }: { readonly step: SignIn['steps'][number] }) {
  const seen = Object.entries(step).filter(([name]) => name !== 'step' && name !== 'at')
  if (seen.length === 0) return null
  return (
    <Facts
      facts={Object.fromEntries(
        seen.map(([name, value]) => [
          words(name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)),
          <LongText key={name} text={asText(value)} />,
        ]),
      )}
    />
  )
}
