/** One of a few states of what a list shows, or all of them; it lives in the address. */
import { SegmentedControl } from '@mantine/core'

interface ChoiceProps<Value extends string> {
  readonly label: string
  /** What is shown for each. */
  readonly options: Readonly<Record<Value, string>>
  /** Undefined: all. */
  readonly chosen: Value | undefined
  readonly choose: (value: Value | undefined) => unknown
}

export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { label, options, chosen, choose } = props
  const values = Object.keys(options) as Value[]
  return (
    <SegmentedControl
      aria-label={label}
      size="xs"
      data={[
        { value: '', label: 'All' },
        ...values.map((value) => ({ value, label: options[value] })),
      ]}
      value={chosen ?? ''}
      onChange={(value) => void choose(values.find((known) => known === value))}
    />
  )
}
