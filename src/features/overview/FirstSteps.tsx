import { Anchor, List, Paper, Text } from '@mantine/core'
import { Link } from 'react-router-dom'

import { paths } from '#src/lib/paths.ts'

/** The way through an organisation that is still empty. */
export function FirstSteps({ org }: { org: string }) {
  const steps = [
    { to: paths.products(org, { dialog: 'create' }), act: 'Create a product', why: 'the model of your devices' },
    {
      to: paths.devices(org, { dialog: 'create' }),
      act: 'Register a device',
      why: 'it connects with its secret and reports its version',
    },
    { to: paths.firmwareNew(org), act: 'Upload firmware', why: 'any binary file, application or firmware' },
    { to: paths.jobNew(org, { type: 'verify' }), act: 'Verify it', why: 'on a few devices at hand' },
    { to: paths.jobNew(org, { type: 'upgrade' }), act: 'Upgrade the others', why: 'and watch each of them' },
  ]
  return (
    <Paper withBorder p="lg" maw={560}>
      <Text fw={600} mb="xs">
        This organisation is still empty. The way to the first upgrade:
      </Text>
      <List type="ordered" spacing="xs" size="sm">
        {steps.map(({ to, act, why }) => (
          <List.Item key={act}>
            <Anchor component={Link} to={to} inherit>
              {act}
            </Anchor>
            : {why}
          </List.Item>
        ))}
      </List>
    </Paper>
  )
}
