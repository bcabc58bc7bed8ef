import { Button, Menu } from '@mantine/core'

import { ChevronIcon } from '#src/components/icons.tsx'
import { tasksCsvAddress } from './queries.ts'

/** What support takes along. */
export function MoreMenu({ org, jobId }: { org: string; jobId: string }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" rightSection={<ChevronIcon size={12} />}>
          More
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={tasksCsvAddress(org, jobId)} download>
          Export as CSV
        </Menu.Item>
        <Menu.Item onClick={() => window.print()}>Print</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
