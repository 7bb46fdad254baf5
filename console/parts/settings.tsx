/** Settings as a form: saved together, and it says so. Whoever may only look sees them all the same. */
import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useRef } from 'react'
import { ApiError, type routes } from '../../src/contract/index.ts'
import { useAct } from '../data/act.ts'
import { useRefusalOf } from '../data/session.ts'
import { type Fields, Form } from '../ui/form.tsx'
import { Unsaved } from './unsaved.tsx'

interface SettingsProps<Done> {
  /** Which route saves: by it is known who may. */
  readonly route: keyof typeof routes
  /** Why they may not all the same. */
  readonly refusal?: string | undefined
  /** What the button says. */
  readonly act?: string
  readonly save: (field: Fields) => Promise<Done>
  /** The keys of what is asked again afterwards. */
  readonly changes: readonly (readonly unknown[])[]
  readonly onDone?: (done: Done) => void
  /** Makes the form empty again once it is sent: it adds something. */
  readonly adds?: boolean
  readonly children: ReactNode
}

export function Settings<Done>(props: SettingsProps<Done>) {
  const { route, act = 'Save', save, changes, onDone, adds = false, children } = props
  const form = useRef<HTMLFormElement>(null)
  const isChanged = useRef(false)
  const queries = useQueryClient()
  const saving = useAct<Done, Fields>({
    mutationFn: save,
    onSuccess: async (done) => {
      isChanged.current = false
      if (adds) form.current?.reset()
      onDone?.(done)
      await Promise.all(changes.map((queryKey) => queries.invalidateQueries({ queryKey })))
    },
  })
  const refusal = useRefusalOf(route) ?? props.refusal
  return (
    <>
      <Unsaved isChanged={() => isChanged.current} title="Leave without saving?">
        What you entered is not saved, and is gone once you leave.
      </Unsaved>
      <Form
        ref={form}
        send={saving.mutate}
        onTouched={() => {
          isChanged.current = true
          if (!saving.isPending) saving.reset()
        }}
        error={saving.error}
        refusal={refusal}
        style={{ maxWidth: 640 }}
      >
        {children}
        {saving.error instanceof ApiError && saving.error.code === 'conflict' && (
          <div>
            <Button
              variant="default"
              onClick={() => {
                isChanged.current = false
                location.reload()
              }}
            >
              Show what is there now
            </Button>
          </div>
        )}
        {refusal === undefined && (
          <div className="row">
            <Button type="submit" loading={saving.isPending}>
              {act}
            </Button>
            <span role="status" className="soft">
              {saving.isSuccess && !adds && 'Saved.'}
            </span>
          </div>
        )}
      </Form>
    </>
  )
}
