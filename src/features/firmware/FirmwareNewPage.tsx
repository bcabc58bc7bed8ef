import { Button, Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { startTransition, useState } from 'react'

import { sizeLimitWords } from '#domain/firmware-file.ts'
import { FileDrop } from '#src/components/FileDrop.tsx'
import { NoProduct } from '#src/components/NoProduct.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { Forbidden } from '#src/components/Forbidden.tsx'
import { productChoiceQuery } from '#src/features/products/queries.ts'
import { limitsQuery, useRight } from '#src/features/session/queries.ts'
import { paths } from '#src/lib/paths.ts'
import { useOrg } from '#src/lib/use-org.ts'
import { checksOf, isAccepted } from './checks.ts'
import { FileChecks } from './FileChecks.tsx'
import { FirmwareForm } from './FirmwareForm.tsx'
import { earlierUploadQuery, sameBytesQuery } from './queries.ts'
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
  const products = useQuery(productChoiceQuery(org)).data?.items
  return (
    <Stack gap="lg" maw={760}>
      <NoProduct org={org} of="Firmware" products={products} />
      {file ? (
        <Chosen key={nameOf(file)} {...{ org, file, maxBytes, verificationDevices }} drop={() => setFile(undefined)} />
      ) : (
        <FileDrop
          label="Firmware file"
          invitation="Drop a firmware file here, paste it, or choose it."
          hint={`Any binary file, application or firmware, of at most ${sizeLimitWords(maxBytes)}.`}
          // a whole form comes with it: drawn in small pieces, the page goes on answering
          choose={(chosen) => startTransition(() => setFile(chosen))}
        />
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
  const earlier = useQuery({ ...earlierUploadQuery(org, file, inspection?.sha256 ?? ''), enabled: isBinary })
  // not knowing whether the bytes are here already keeps nobody from uploading
  const checks = checksOf({
    file,
    maxBytes,
    inspected,
    same: same.isError ? null : same.data,
    sentBytes: earlier.data,
  })
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
            isBegun={Boolean(earlier.data)}
            verificationDevices={verificationDevices}
            whyNot={isAccepted(checks) ? undefined : 'The file is still being checked.'}
          />
        </Group>
      )}
    </>
  )
}
