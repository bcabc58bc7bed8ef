import { Anchor, List, Text } from '@mantine/core'
import { Link } from 'react-router-dom'

import { Section } from '#src/components/Section.tsx'
import { StateBadge } from '#src/components/StateBadge.tsx'
import { paths } from '#src/lib/paths.ts'
import { useOrg } from '#src/lib/use-org.ts'
import type { Step } from './use-first-steps.ts'

/** The way through an organisation that is still empty; what is done is ticked off, and the next step stands out. */
export function FirstSteps({ steps }: { steps: readonly Step[] }) {
  const org = useOrg()
  const next = steps.find(({ isDone }) => isDone === false)
  if (!next) return null
  return (
    <Section title="The way to the first upgrade">
      <List type="ordered" spacing="xs" size="sm" aria-label="First steps">
        {steps.map(({ to, act, why, isDone }) => (
          <List.Item key={act} {...(act === next.act && { 'aria-current': 'step' })}>
            <Anchor component={Link} to={to} inherit fw={act === next.act ? 600 : 400}>
              {act}
            </Anchor>
            : {why} {isDone && <StateBadge tone="good">Done</StateBadge>}
          </List.Item>
        ))}
      </List>
      <Text size="sm" mt="md">
        New to this?{' '}
        <Anchor component={Link} to={paths.help(org)} inherit>
          Help
        </Anchor>{' '}
        shows the whole way and explains the words.
      </Text>
    </Section>
  )
}
