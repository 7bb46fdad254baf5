/** The parts of a page, or of a group of pages, as links: which one is shown is in the address. */
import { Link, type LinkProps } from '@tanstack/react-router'
import css from './parts.module.css'

interface SectionsProps {
  readonly label: string
  readonly links: readonly (readonly [name: string, link: LinkProps])[]
}

export function Sections({ label, links }: SectionsProps) {
  return (
    <nav aria-label={label}>
      <ul className={css['sections']}>
        {links.map(([name, link]) => (
          <li key={name}>
            <Link {...link} activeOptions={{ exact: true, includeSearch: true }} replace>
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
