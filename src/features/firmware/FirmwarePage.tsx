import { Anchor, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import type { Firmware } from '#contract/manage/firmware.ts'
import { percentDone } from '#domain/job.ts'
import { Bytes } from '#src/components/Bytes.tsx'
import { CopyLine } from '#src/components/CopyLine.tsx'
import { Facts } from '#src/components/Facts.tsx'
import { JobTable } from '#src/components/JobTable.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { Time } from '#src/components/Time.tsx'
import { jobListQuery } from '#src/features/jobs/queries.ts'
import { count } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { useOrg, useParam } from '#src/lib/use-org.ts'
import { FirmwareActs } from './FirmwareActs.tsx'
import { firmwareQuery } from './queries.ts'
import { VerificationCard } from './VerificationCard.tsx'

export default function FirmwarePage() {
  const org = useOrg()
  const firmware = useQuery(firmwareQuery(org, useParam('firmwareId')))
  const back = { to: paths.firmwareList(org), label: 'Firmware' }
  const { data } = firmware
  return (
    <>
      <PageHeader
        title={data ? `${data.name} | ${data.version}` : 'Firmware'}
        back={back}
        actions={data && <FirmwareActs org={org} firmware={data} />}
      >
        {data?.description}
      </PageHeader>
      <Resource
        noun="this firmware"
        query={firmware}
        wayOut={
          <Anchor component={Link} to={back.to}>
            All firmware
          </Anchor>
        }
      >
        {(shown) => <Detail org={org} firmware={shown} />}
      </Resource>
    </>
  )
}

function Detail({ org, firmware }: { org: string; firmware: Firmware }) {
  return (
    <Stack gap="lg">
      <VerificationCard org={org} firmware={firmware} />
      <Section title="Facts">
        <Stack gap="md">
          <FirmwareFacts org={org} firmware={firmware} />
          <Facts
            label="Digests"
            facts={[
              ['SHA-256', <CopyLine key="sha256" what="SHA-256" value={firmware.sha256} />],
              ['MD5', <CopyLine key="md5" what="MD5" value={firmware.md5} />],
            ]}
          />
          {Object.keys(firmware.tags).length > 0 && <Facts label="Tags" facts={Object.entries(firmware.tags)} />}
        </Stack>
      </Section>
      {firmware.releaseNotes && (
        <Section title="Release notes">
          <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {firmware.releaseNotes}
          </Text>
        </Section>
      )}
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
        ['Product', `${productName} (${productKey})`],
        ['File', firmware.fileName],
        ['Size', <Bytes key="size" value={firmware.sizeBytes} />],
        ['Uploaded', <Time key="uploaded" at={firmware.createdAt} />],
        ['Uploaded by', firmware.createdBy.name],
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
  const jobs = useQuery(jobListQuery(org, { firmware: firmwareId }))
  return (
    <Section title="OTA Jobs" bare>
      <Resource
        noun="its jobs"
        query={jobs}
        height={96}
        isEmpty={({ items }) => items.length === 0}
        empty={<Text size="sm">No job has used this firmware yet.</Text>}
      >
        {({ items, nextCursor }) => (
          <>
            <JobTable org={org} label="Jobs of this firmware" jobs={items} percentOf={percentDone} />
            {nextCursor && (
              <Anchor component={Link} to={paths.jobs(org, { firmware: firmwareId })} size="sm">
                All its jobs
              </Anchor>
            )}
          </>
        )}
      </Resource>
    </Section>
  )
}
