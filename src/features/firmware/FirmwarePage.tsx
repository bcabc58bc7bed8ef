import { Anchor, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import type { Firmware } from '#contract/manage/firmware.ts'
import { percentDone } from '#domain/job.ts'
import { useLive } from '#src/api/use-live.ts'
import { Bytes } from '#src/components/Bytes.tsx'
import { CopyLine } from '#src/components/CopyLine.tsx'
import { Facts } from '#src/components/Facts.tsx'
import { JobSection } from '#src/components/JobSection.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { Time } from '#src/components/Time.tsx'
import { jobListQuery } from '#src/features/jobs/queries.ts'
import { count } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { useOrg, useParam } from '#src/lib/use-org.ts'
import { FieldVersions } from './FieldVersions.tsx'
import { FirmwareAbout } from './FirmwareAbout.tsx'
import { FirmwareActs } from './FirmwareActs.tsx'
import { firmwareQuery } from './queries.ts'
import { VerificationCard } from './VerificationCard.tsx'

export default function FirmwarePage() {
  const org = useOrg()
  const firmware = useQuery(firmwareQuery(org, useParam('firmwareId')))
  useLive(org, { devices: true })
  const back = { to: paths.firmwareList(org), label: 'Firmware' }
  const { data } = firmware
  return (
    <>
      <PageHeader
        title={data ? `${data.name} | ${data.version}` : 'Firmware'}
        back={back}
        actions={data && <FirmwareActs org={org} firmware={data} />}
      />
      <Resource noun="this firmware" query={firmware} wayOut={{ to: back.to, label: 'All firmware' }}>
        {(shown) => <Detail org={org} firmware={shown} reload={firmware.refetch} />}
      </Resource>
    </>
  )
}

function Detail({ org, firmware, reload }: { org: string; firmware: Firmware; reload: () => Promise<unknown> }) {
  return (
    <Stack gap="lg">
      <VerificationCard org={org} firmware={firmware} />
      <Section title="Facts">
        <Stack gap="md">
          <FirmwareFacts org={org} firmware={firmware} />
          <Facts
            label="Digests"
            asLines
            facts={[
              ['SHA-256', <CopyLine key="sha256" what="SHA-256" value={firmware.sha256} />],
              ['MD5', <CopyLine key="md5" what="MD5" value={firmware.md5} />],
            ]}
          />
        </Stack>
      </Section>
      <FirmwareAbout org={org} firmware={firmware} reload={reload} />
      <FieldVersions org={org} firmware={firmware} />
      <Jobs org={org} firmwareId={firmware.id} />
    </Stack>
  )
}

function FirmwareFacts({ org, firmware }: { org: string; firmware: Firmware }) {
  const { productKey, productName, version, deviceCount } = firmware
  return (
    <Facts
      label="Firmware"
      facts={[
        [
          'Product',
          <Anchor key="product" component={Link} to={paths.product(org, productKey)} inherit>
            {productName} ({productKey})
          </Anchor>,
        ],
        ['File', firmware.fileName],
        ['Size', <Bytes key="size" value={firmware.sizeBytes} />],
        ['Uploaded', <Time key="uploaded" at={firmware.createdAt} by={firmware.createdBy.name} />],
        ['Digest that devices check', firmware.signMethod === 'sha256' ? 'SHA-256' : 'MD5'],
        [
          'Devices on it',
          <Anchor key="devices" component={Link} to={paths.devices(org, { product: productKey, version })} inherit>
            {count(deviceCount)}
          </Anchor>,
        ],
      ]}
    />
  )
}

function Jobs({ org, firmwareId }: { org: string; firmwareId: string }) {
  return (
    <JobSection
      org={org}
      title="OTA Jobs"
      label="Jobs of this firmware"
      query={useQuery(jobListQuery(org, { firmware: firmwareId }))}
      percentOf={percentDone}
      none="No job has used this firmware yet"
      all={paths.jobs(org, { firmware: firmwareId })}
    />
  )
}
