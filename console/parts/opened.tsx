/** One entry of a log, opened in full beside the list. Which one is in the address. */
import { Drawer } from '@mantine/core'
import type { ReactNode } from 'react'
import { type Asked, States } from '../ui/states.tsx'

interface OpenedProps {
  readonly title: string
  readonly entry: string | undefined
  readonly asked: Asked
  readonly onClose: () => void
  readonly children: ReactNode
}

export function Opened({ title, entry, asked, onClose, children }: OpenedProps) {
  return (
    <Drawer opened={entry !== undefined} onClose={onClose} title={title} size="xl">
      <States asked={asked}>{children}</States>
    </Drawer>
  )
}
