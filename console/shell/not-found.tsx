import { Link } from '@tanstack/react-router'
import { paths } from '../paths.ts'
import { Page, Panel } from '../ui/page.tsx'
import { Standing } from '../ui/states.tsx'

export function NotFound() {
  return (
    <Page title="There is no such page">
      <Panel>
        <Standing icon="question" title="The address leads nowhere">
          <Link {...paths.overview()}>Go to the overview</Link>
        </Standing>
      </Panel>
    </Page>
  )
}
