import { Button, Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { LeaveGuard } from '#src/components/LeaveGuard.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { Forbidden } from '#src/components/Forbidden.tsx'
import { limitsQuery, useRight } from '#src/features/session/queries.ts'
import { paths } from '#src/lib/paths.ts'
import { useOrg } from '#src/lib/use-org.ts'
import { checksOf, isAccepted } from './checks.ts'
import { FileChecks } from './FileChecks.tsx'
import { FileDrop } from './FileDrop.tsx'
import { FirmwareForm } from './FirmwareForm.tsx'
import { sameBytesQuery } from './queries.ts'
import { useInspection } from './use-inspection.ts'

export default function FirmwareNewPage() {
  const org = useOrg()
  const limits = useQuery(limitsQuery)
  const mayWrite = useRight('firmware.write', org)
  return (
    <>
      <PageHeader title="Upload firmware" back={{ to: paths.firmwareList(org), label: 'Firmware' }} />
      <Resource noun="the limits of this deployment" query={limits}>
        {({ firmwareMaxBytes, verificationDevices }) =>
          mayWrite === true ? (
            <Upload org={org} maxBytes={firmwareMaxBytes} verificationDevices={verificationDevices} />
          ) : (
            <Forbidden reason={mayWrite} />
          )
        }
      </Resource>
    </>
  )
}

interface UploadProps {
  org: string
  maxBytes: number
  verificationDevices: number
}

function Upload({ org, maxBytes, verificationDevices }: UploadProps) {
  const [file, setFile] = useState<File>()
  return (
    <Stack gap="lg" maw={760}>
      <LeaveGuard when={file !== undefined}>
        The file that you chose is not firmware yet. What was sent of it is kept for a while, so that the upload can go
        on.
      </LeaveGuard>
      {file ? (
        <Chosen key={nameOf(file)} {...{ org, file, maxBytes, verificationDevices }} drop={() => setFile(undefined)} />
      ) : (
        <FileDrop maxBytes={maxBytes} choose={setFile} />
      )}
    </Stack>
  )
}

/** Another file begins the page anew. */
const nameOf = ({ name, size, lastModified }: File) => `${name} ${size} ${lastModified}`

interface ChosenProps extends UploadProps {
  file: File
  drop: () => void
}

function Chosen({ org, file, maxBytes, verificationDevices, drop }: ChosenProps) {
  const inspected = useInspection(file, maxBytes)
  const { inspection } = inspected
  const isBinary = inspection?.verdict.ok === true
  const same = useQuery({ ...sameBytesQuery(org, inspection?.sha256 ?? ''), enabled: isBinary })
  // not knowing whether the bytes are here already keeps nobody from uploading
  const checks = checksOf({ file, maxBytes, inspected, same: same.isError ? null : same.data })
  const failed = checks.some(({ state }) => state === 'failed')
  return (
    <>
      <Section
        title="File"
        actions={
          <Button variant="default" size="xs" onClick={drop}>
            Choose another file
          </Button>
        }
      >
        <FileChecks org={org} checks={checks} />
      </Section>
      {!failed && (
        <Group align="start">
          <FirmwareForm
            org={org}
            file={file}
            inspection={inspection}
            verificationDevices={verificationDevices}
            whyNot={isAccepted(checks) ? undefined : 'The file is still being checked.'}
          />
        </Group>
      )}
    </>
  )
}
