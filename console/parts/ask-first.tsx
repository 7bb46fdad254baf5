/** A button whose act destroys or discloses something: it asks first. Whoever may not act sees none. */
import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { routes } from '../../src/contract/index.ts'
import { useAct } from '../data/act.ts'
import { useRefusalOf } from '../data/session.ts'
import { Confirm } from '../ui/dialogs.tsx'

interface AskFirstProps<Done> {
  /** Which route acts: by it is known who may. */
  readonly route: keyof typeof routes
  /** Why they may not all the same. */
  readonly refusal?: string | undefined
  /** What it does, in a word or two. */
  readonly act: string
  /** What the button before it says, where that takes more words. */
  readonly asks?: string
  /** What it acts on, where several buttons of a page say the same. */
  readonly on?: string
  readonly title: string
  readonly danger?: boolean
  readonly small?: boolean
  /** Whether all is given that the act needs. */
  readonly isReady?: boolean
  readonly run: () => Promise<Done>
  /** The keys of what is asked again afterwards. */
  readonly changes?: readonly (readonly unknown[])[]
  readonly onDone?: (done: Done) => void
  /** What the act leads to. */
  readonly children: ReactNode
}

export function AskFirst<Done>(props: AskFirstProps<Done>) {
  const {
    route,
    act,
    asks = act,
    on,
    title,
    danger = false,
    small = false,
    isReady = true,
    run,
    changes = [],
    onDone,
  } = props
  const [isAsking, setAsking] = useState(false)
  const queries = useQueryClient()
  const acting = useAct<Done>({
    mutationFn: run,
    onSuccess: async (done) => {
      setAsking(false)
      onDone?.(done)
      await Promise.all(changes.map((queryKey) => queries.invalidateQueries({ queryKey })))
    },
  })
  const refusal = useRefusalOf(route) ?? props.refusal
  if (refusal !== undefined) return null
  return (
    <>
      <Button
        variant="default"
        {...(small && { size: 'compact-sm' })}
        {...(on !== undefined && { 'aria-label': `${asks} ${on}` })}
        onClick={() => {
          acting.reset()
          setAsking(true)
        }}
      >
        {asks} …
      </Button>
      <Confirm
        opened={isAsking}
        title={title}
        act={act}
        danger={danger}
        isReady={isReady}
        isActing={acting.isPending}
        error={acting.error}
        onConfirm={() => acting.mutate()}
        onClose={() => setAsking(false)}
      >
        {props.children}
      </Confirm>
    </>
  )
}
