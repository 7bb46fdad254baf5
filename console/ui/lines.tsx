/** A field for several values, one a line. */
import { Textarea } from '@mantine/core'

interface LinesProps {
  readonly name: string
  readonly label: string
  readonly description: string
  readonly values?: readonly string[] | undefined
  readonly required?: boolean
}

export function Lines({ values = [], ...field }: LinesProps) {
  return <Textarea {...field} defaultValue={values.join('\n')} autosize minRows={2} maxRows={10} />
}

export const linesOf = (text: string): string[] => text.split(/\s+/).filter(Boolean)
