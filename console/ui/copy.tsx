/** A value that is to be entered somewhere else, with a button that copies it. */
import { Button, CopyButton } from '@mantine/core'
import { Icon } from './icons.tsx'
import { Note } from './page.tsx'
import css from './ui.module.css'

interface CopyProps {
  readonly label: string
  readonly value: string
}

export function Copy({ label, value }: CopyProps) {
  return (
    <div>
      <div className="soft">{label}</div>
      <div className={css['copy']}>
        <code>{value}</code>
        <CopyButton value={value} timeout={2_000}>
          {({ copied, copy }) => (
            <Button
              size="compact-sm"
              variant="default"
              onClick={copy}
              leftSection={<Icon name={copied ? 'check' : 'copy'} size={15} />}
              aria-label={copied ? `${label} copied` : `Copy ${label}`}
            >
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      </div>
    </div>
  )
}

/** A secret as it was made: nobody sees it again. */
export function CopyOnce(props: CopyProps) {
  return (
    <Note tone="warn" title="It is shown once">
      <Copy {...props} />
    </Note>
  )
}
