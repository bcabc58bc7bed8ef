import { Grid } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { JobType } from '#contract/manage/jobs.ts'
import { Forbidden } from '#src/components/Forbidden.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { firmwareQuery } from '#src/features/firmware/queries.ts'
import { useRight } from '#src/features/session/queries.ts'
import { paths } from '#src/lib/paths.ts'
import { useOrg } from '#src/lib/use-org.ts'
import { useUrl } from '#src/lib/use-url.ts'
import { FirmwareChoice } from './FirmwareChoice.tsx'
import { JobForm } from './JobForm.tsx'

/** Type and firmware stand in the URL, so that a link can begin a job; the rest is the form's. */
export default function JobNewPage() {
  const org = useOrg()
  const { search, change } = useUrl()
  const type = JobType.safeParse(search.get('type')).data ?? 'upgrade'
  const firmwareId = search.get('firmware') ?? undefined
  const { data: firmware } = useQuery({ ...firmwareQuery(org, firmwareId ?? ''), enabled: firmwareId !== undefined })
  const mayWrite = useRight('job.write', org)
  return (
    <>
      <PageHeader
        title={type === 'verify' ? 'New verification job' : 'New upgrade job'}
        back={{ to: paths.jobs(org), label: 'OTA Jobs' }}
      />
      {mayWrite === true ? (
        <Grid gap="lg">
          <Grid.Col span={12}>
            <FirmwareChoice
              org={org}
              type={type}
              firmware={firmware}
              choose={(next) => change(next, { replace: true })}
            />
          </Grid.Col>
          {firmware && <JobForm key={`${type} ${firmware.id}`} org={org} type={type} firmware={firmware} />}
        </Grid>
      ) : (
        <Forbidden reason={mayWrite} />
      )}
    </>
  )
}
