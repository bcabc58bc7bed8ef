import { Alert, Button, List, Progress, Stack, Text } from '@mantine/core'

import type { Firmware } from '#contract/manage/firmware.ts'
import type { Counting, JobType, Preview } from '#contract/manage/jobs.ts'
import { WaveBars } from '#src/components/policy/WaveBars.tsx'
import { ProblemAlert } from '#src/components/ProblemAlert.tsx'
import { Section } from '#src/components/Section.tsx'
import { Time, useClock } from '#src/components/Time.tsx'
import { count, counted, percent } from '#src/lib/bytes.ts'
import type { JobValues } from './use-job-form.ts'
import type { Previewed } from './use-preview.ts'
import { EXCLUDED_WORDS, jobSummary, nextSteps } from './words.ts'

interface Props {
  type: JobType
  firmware: Firmware
  values: JobValues
  previewed: Previewed
}

/** Which devices the job would take as it stands, and what it would do, in one sentence. */
export function ScopePreview({ type, firmware, values, previewed }: Props) {
  const { policy } = values
  const { preview, counting, error, isBusy } = previewed
  return (
    <Section title="Preview">
      <Stack gap="sm" aria-busy={isBusy}>
        {error && (
          <>
            <ProblemAlert error={error} title="Could not count the devices" />
            <Button size="xs" variant="default" onClick={previewed.again}>
              Try again
            </Button>
          </>
        )}
        <div role="status" aria-label="Matching devices">
          {preview ? (
            <Text>
              <Text span fz="1.75rem" fw={650} lh={1.1}>
                {count(preview.matched)}
              </Text>{' '}
              {preview.matched === 1 ? 'device matches' : 'devices match'}
            </Text>
          ) : (
            <Text size="sm" c="dimmed">
              {waitingWords(previewed)}
            </Text>
          )}
        </div>
        {counting && !error && <HowFar counting={counting} />}
        {preview && <Breakdown preview={preview} />}
        {preview?.forecast && <Forecast forecast={preview.forecast} />}
        {preview?.warnings.filter(isForHere(values)).map((warning) => (
          <Alert key={`${warning.code} ${warning.path}`} color="orange">
            {warning.title}
          </Alert>
        ))}
        {policy.waves.length > 1 && <WaveBars waves={policy.waves} devices={preview?.matched} />}
        <Summary sentence={jobSummary({ type, firmware, ...values, preview })} />
        <NextSteps steps={nextSteps({ type, firmware, policy, matched: preview?.matched })} />
      </Stack>
    </Section>
  )
}

/** Why there is no preview yet. What changes twice a second stands elsewhere: this is read out when it changes. */
function waitingWords({ error, isBusy }: Previewed): string {
  if (isBusy) return 'Counting devices'
  return error ? 'Not counted' : 'Choose devices to see what will happen.'
}

const HowFar = ({ counting: { devices, seen } }: { counting: Counting }) => (
  <div>
    <Text size="sm">
      Counting: {count(seen)} of {counted(devices, 'device')}
    </Text>
    <Progress.Root mt={4} transitionDuration={0}>
      <Progress.Section value={percent(seen, devices)} aria-label="Devices counted" />
    </Progress.Root>
  </div>
)

/** What stands beside a field of the policy is not said twice. */
const isForHere =
  ({ policyId }: JobValues) =>
  ({ path }: Preview['warnings'][number]) =>
    policyId !== null || !path.startsWith('policy.')

function Forecast({ forecast: { earliest, latest } }: { forecast: NonNullable<Preview['forecast']> }) {
  const { now } = useClock()
  return (
    <Text size="sm" role="note" aria-label="Forecast">
      {earliest === latest || Date.parse(earliest) - now < 60_000 ? (
        <>
          Done by <Time at={latest} /> at the latest, if every device is online and succeeds.
        </>
      ) : (
        <>
          Done between <Time at={earliest} plain /> and <Time at={latest} />, if every device is online and succeeds.
        </>
      )}
    </Text>
  )
}

function Breakdown({ preview: { matched, byConnection, byVersion, excluded, overlapping } }: { preview: Preview }) {
  return (
    <List size="sm" spacing={2} aria-label="Why these devices">
      {matched > 0 && (
        <List.Item>
          {count(byConnection.online)} online, {count(byConnection.offline)} offline
        </List.Item>
      )}
      {byVersion.map(({ version, count: n }) => (
        <List.Item key={version}>
          {count(n)} on {version}
        </List.Item>
      ))}
      {excluded.map(({ reason, count: n }) => (
        <List.Item key={reason}>
          Left out: {count(n)} {EXCLUDED_WORDS[reason]}
        </List.Item>
      ))}
      {overlapping > 0 && <List.Item>{count(overlapping)} also wanted by another unfinished job</List.Item>}
    </List>
  )
}

const Summary = ({ sentence }: { sentence: string }) => (
  <Text
    size="sm"
    component="p"
    m={0}
    role="note"
    aria-label="Summary"
    pt="sm"
    style={{ borderTop: '1px solid var(--mantine-color-default-border)' }}
  >
    {sentence}
  </Text>
)

/** What happens after "Save and start", so that nobody has to try it. */
const NextSteps = ({ steps }: { steps: readonly string[] }) => (
  <div>
    <Text size="sm" fw={600}>
      What happens next
    </Text>
    <List size="sm" spacing={2} type="ordered" aria-label="What happens next">
      {steps.map((step) => (
        <List.Item key={step}>{step}</List.Item>
      ))}
    </List>
  </div>
)
