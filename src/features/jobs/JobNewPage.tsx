import { Alert, Grid } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { JobType, type JobDetail } from '#contract/manage/jobs.ts'
import { Forbidden } from '#src/components/Forbidden.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { firmwareQuery } from '#src/features/firmware/queries.ts'
import { useRight } from '#src/features/session/queries.ts'
import { paths } from '#src/lib/paths.ts'
import { useOrg } from '#src/lib/use-org.ts'
import { useUrl } from '#src/lib/use-url.ts'
import { FirmwareChoice } from './FirmwareChoice.tsx'
import { JobCreate } from './JobCreate.tsx'
import { jobQuery, previousQuery } from './queries.ts'
import { copyOf, plainJob, rollbackOf } from './use-job-form.ts'

/**
 * Type and firmware stand in the URL, so that a link can begin a job; the rest is the form's. `copy` and `rollback`
 * name a job that fills it in.
 */
export default function JobNewPage() {
  const org = useOrg()
  const { search } = useUrl()
  const mayWrite = useRight('job.write', org)
  const copied = search.get('copy')
  const rolledBack = search.get('rollback')
  if (mayWrite !== true)
    return (
      <>
        <Header org={org} title="New job" />
        <Forbidden reason={mayWrite} />
      </>
    )
  if (copied !== null) return <FromJob key={copied} org={org} jobId={copied} fill="copy" />
  if (rolledBack !== null) return <FromJob key={rolledBack} org={org} jobId={rolledBack} fill="rollback" />
  return <Fresh org={org} />
}

const Header = ({ org, title }: { org: string; title: string }) => (
  <PageHeader title={title} back={{ to: paths.jobs(org), label: 'OTA Jobs' }} />
)

interface FillProps {
  org: string
  jobId: string
  fill: 'copy' | 'rollback'
}

function FromJob({ org, jobId, fill }: FillProps) {
  const source = useQuery(jobQuery(org, jobId))
  const name = source.data?.name ?? 'a job'
  return (
    <>
      <Header org={org} title={fill === 'copy' ? `Clone of ${name}` : `Roll back ${name}`} />
      <Resource
        noun={fill === 'copy' ? 'the job to copy' : 'the job to roll back'}
        query={source}
        wayOut={{ to: paths.jobs(org), label: 'All jobs' }}
      >
        {(job) => (fill === 'copy' ? <Copied org={org} job={job} /> : <RolledBack org={org} job={job} />)}
      </Resource>
    </>
  )
}

function Copied({ org, job }: { org: string; job: JobDetail }) {
  const given = job.firmware.deleted ? undefined : job.firmware.id
  return (
    <>
      {job.firmware.deleted && (
        <Alert color="orange" mb="md" role="note">
          {job.firmware.name} {job.firmware.version} is deleted. Choose what the copy sends instead.
        </Alert>
      )}
      <Form org={org} type={job.type} given={given} of={`copy of ${job.id}`} fill={() => copyOf(job)} />
    </>
  )
}

function RolledBack({ org, job }: { org: string; job: JobDetail }) {
  const previous = useQuery(previousQuery(org, job))
  return (
    <Resource noun="the version before" query={previous} height={96}>
      {({ version, firmware }) => (
        <>
          {firmware === null && (
            <Alert color="orange" mb="md" role="note">
              {version === null
                ? 'It is not known which version the devices ran before. Choose the firmware to go back to.'
                : `No firmware of version ${version} is here any more. Upload it, or choose another one to go back to.`}
            </Alert>
          )}
          <Form
            org={org}
            type="upgrade"
            given={firmware?.id}
            of={`rollback of ${job.id}`}
            fill={(target) => rollbackOf(job, target)}
          />
        </>
      )}
    </Resource>
  )
}

function Fresh({ org }: { org: string }) {
  const type = JobType.safeParse(useUrl().search.get('type')).data ?? 'upgrade'
  return (
    <>
      <Header org={org} title={type === 'verify' ? 'New verification job' : 'New upgrade job'} />
      <Form org={org} type={type} of="new" fill={(firmware) => plainJob(type, firmware)} />
    </>
  )
}

interface FormProps {
  org: string
  type: JobType
  /** The firmware to begin with, where the address names none. */
  given?: string | undefined
  of: string
  fill: (firmware: Parameters<typeof plainJob>[1]) => ReturnType<typeof plainJob>
}

function Form({ org, type, given, of, fill }: FormProps) {
  const { search, change } = useUrl()
  const asked = JobType.safeParse(search.get('type')).data ?? type
  const firmwareId = search.get('firmware') ?? given
  const asking = useQuery({ ...firmwareQuery(org, firmwareId ?? ''), enabled: firmwareId !== undefined })
  const { data: firmware } = asking
  return (
    <Grid gap="lg">
      <Grid.Col span={12}>
        <FirmwareChoice org={org} type={asked} firmware={firmware} choose={(next) => change(next, { replace: true })} />
      </Grid.Col>
      {firmwareId !== undefined && (asking.isPending || asking.error) && (
        <Grid.Col span={12}>
          <Resource noun="this firmware" query={asking}>
            {() => null}
          </Resource>
        </Grid.Col>
      )}
      {firmware && (
        <JobCreate
          key={`${asked} ${firmware.id}`}
          org={org}
          type={asked}
          firmware={firmware}
          begin={fill(firmware)}
          of={`${of} ${asked} ${firmware.id}`}
        />
      )}
    </Grid>
  )
}
