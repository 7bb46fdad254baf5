/** A list as a file: what is shown, all of it, by the session of the browser. */
import { Button } from '@mantine/core'
import type { MouseEvent } from 'react'
import { type InputOf, requestOf, routes } from '../../src/contract/index.ts'
import { useFresh } from '../data/act.ts'

type Exports = {
  [
    Name in keyof typeof routes as (typeof routes)[Name] extends { readonly exports: object }
      ? Name
      : never
  ]: (typeof routes)[Name]
}

interface ExportLinksProps<Name extends keyof Exports> {
  readonly of: Name
  /** The tenant, and the filters in force. */
  readonly asked: Omit<InputOf<Exports[Name]>, 'format'>
}

export function ExportLinks<Name extends keyof Exports>({ of, asked }: ExportLinksProps<Name>) {
  const take = useFresh((address: string) => {
    const link = Object.assign(document.createElement('a'), { href: address, download: '' })
    link.click()
  })
  const link = (format: 'csv' | 'ndjson', hint: string) => {
    const { address } = requestOf(routes[of], { ...asked, format })
    return (
      <Button
        component="a"
        href={address}
        download
        size="xs"
        variant="default"
        title={hint}
        aria-label={`Download as ${format.toUpperCase()}`}
        onClick={(event: MouseEvent) => {
          event.preventDefault()
          take(address)
        }}
      >
        {format.toUpperCase()}
      </Button>
    )
  }
  return (
    <Button.Group>
      {link('csv', 'All that the filters leave, for a spreadsheet')}
      {link('ndjson', 'All that the filters leave, a JSON object a line')}
    </Button.Group>
  )
}
