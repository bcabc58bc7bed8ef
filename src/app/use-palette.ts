import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'

import { deviceListQuery } from '#src/features/devices/queries.ts'
import { firmwareListQuery } from '#src/features/firmware/queries.ts'
import { jobListQuery } from '#src/features/jobs/queries.ts'
import { sessionQuery, useRight } from '#src/features/session/queries.ts'
import { paths } from '#src/lib/paths.ts'
import { knownGroups, type Entry, type Group } from './palette-entries.ts'

/** Hits of each kind: who has to scroll types another letter sooner. */
const LIMIT = 5
const PAUSE_MS = 150

/** What fits the text: acts and pages at once, firmware, jobs and devices as the server finds them by prefix. */
export function usePalette(org: string, text: string) {
  const rights = {
    firmware: useRight('firmware.write', org),
    job: useRight('job.write', org),
    policy: useRight('policy.write', org),
    device: useRight('device.write', org),
  }
  const { data: me } = useQuery(sessionQuery)
  const [q] = useDebouncedValue(text, PAUSE_MS)
  const asked = { enabled: q !== '' }
  const firmware = useQuery({ ...firmwareListQuery(org, { q, limit: LIMIT }), ...asked })
  const jobs = useQuery({ ...jobListQuery(org, { q, limit: LIMIT }), ...asked })
  const devices = useQuery({ ...deviceListQuery(org, { q, limit: LIMIT }), ...asked })
  const found: Group[] = [
    {
      name: 'Firmware',
      entries: (firmware.data?.items ?? []).map(({ id, name, version, productName }) =>
        hit(paths.firmware(org, id), `${name} ${version}`, productName),
      ),
    },
    {
      name: 'OTA Jobs',
      entries: (jobs.data?.items ?? []).map(({ id, name, firmware: of }) =>
        hit(paths.job(org, id), name, `${of.name} ${of.version}`),
      ),
    },
    {
      name: 'Devices',
      entries: (devices.data?.items ?? []).map(({ id, deviceKey, productKey }) =>
        hit(paths.device(org, id), deviceKey, productKey),
      ),
    },
  ]
  const searches = [firmware, jobs, devices]
  // what was found for an earlier text does not answer this one
  const hits = text === '' ? [] : found.map((group) => ({ ...group, entries: group.entries.filter(begins(text)) }))
  return {
    groups: [...knownGroups(org, rights, me?.orgs ?? [], text), ...hits].filter(({ entries }) => entries.length > 0),
    isSearching: text !== '' && (q !== text || searches.some(({ isFetching }) => isFetching)),
    error: text === '' ? undefined : searches.find(({ error }) => error)?.error,
  }
}

const hit = (to: string, label: string, detail: string): Entry => ({ id: to, label, detail, to })
const begins =
  (text: string) =>
  ({ label }: Entry) =>
    label.startsWith(text)
