import { useQuery } from '@tanstack/react-query'
import { Navigate } from 'react-router-dom'

import { sessionQuery } from '#src/features/session/queries.ts'
import { paths } from '#src/lib/paths.ts'

/** Straight to the only organisation, or to the choice of one. */
export default function HomePage() {
  const { data: me } = useQuery(sessionQuery)
  const [only, another] = me?.orgs ?? []
  return <Navigate to={only && !another ? paths.overview(only.slug) : paths.orgs()} replace />
}
