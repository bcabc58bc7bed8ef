import { Header } from './Header.tsx'
import { PageArea } from './PageArea.tsx'
import { SkipLink } from './SkipLink.tsx'

/** Around the pages that belong to no organisation. */
export function PlainShell() {
  return (
    <>
      <SkipLink />
      <Header />
      <PageArea />
    </>
  )
}
