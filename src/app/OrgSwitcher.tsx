import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import { ChevronIcon } from '#src/components/icons.tsx'
import { sessionQuery, type MyOrg } from '#src/features/session/queries.ts'
import { paths } from '#src/lib/paths.ts'
import { HeaderMenu } from './HeaderMenu.tsx'
import styles from './HeaderMenu.module.css'

/** Which organisation one looks at, and the way to the others. */
export function OrgSwitcher({ org }: { org: MyOrg }) {
  const { data: me } = useQuery(sessionQuery)
  const face = (
    <>
      <span className={styles['name']}>{org.name}</span>
      <ChevronIcon size={12} />
    </>
  )
  return (
    <HeaderMenu label={`Organisation: ${org.name}`} face={face} align="start">
      <ul aria-label="Organisations">
        {me?.orgs.map(({ slug, name }) => (
          <li key={slug}>
            <Link to={paths.overview(slug)} {...(slug === org.slug && { 'aria-current': 'true' })}>
              {name}
            </Link>
          </li>
        ))}
      </ul>
      <hr />
      <Link to={paths.orgs()}>All organisations</Link>
    </HeaderMenu>
  )
}
