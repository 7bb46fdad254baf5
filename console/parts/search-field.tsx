/** A search field whose text lives in the address: what is typed gets there after a moment. */
import { useDebouncedCallback } from '@mantine/hooks'
import { type ChangeEvent, useEffect, useState } from 'react'
import { Icon } from '../ui/icons.tsx'

export function useSearchField(
  inAddress: string | undefined,
  search: (text: string | undefined) => unknown,
) {
  const [text, setText] = useState(inAddress ?? '')
  useEffect(() => setText(inAddress ?? ''), [inAddress])
  const searchSoon = useDebouncedCallback((asked: string) => {
    search(asked.trim() === '' ? undefined : asked.trim())
  }, 250)
  return {
    type: 'search' as const,
    value: text,
    leftSection: <Icon name="search" size={15} />,
    onChange: (event: ChangeEvent<HTMLInputElement>) => {
      setText(event.currentTarget.value)
      searchSoon(event.currentTarget.value)
    },
  }
}
