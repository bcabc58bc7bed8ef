import { Button, Menu, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import type { MyOrg } from '#contract/manage/session.ts'
import { ChevronIcon } from '#src/components/icons.tsx'
import { sessionQuery } from '#src/features/session/queries.ts'
import { paths } from '#src/lib/paths.ts'

/** Which organisation one looks at, and the way to the others. */
export function OrgSwitcher({ org }: { org: MyOrg }) {
  const { data: me } = useQuery(sessionQuery)
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          c="var(--mantine-color-text)"
          rightSection={<ChevronIcon size={12} />}
          aria-label={`Organisation: ${org.name}`}
        >
          <Text span inherit truncate maw={220}>
            {org.name}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Organisations</Menu.Label>
        {me?.orgs.map(({ slug, name }) => (
          <Menu.Item
            key={slug}
            component={Link}
            to={paths.overview(slug)}
            {...(slug === org.slug && { 'aria-current': 'true', fw: 600 })}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item component={Link} to={paths.orgs()}>
          All organisations
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
