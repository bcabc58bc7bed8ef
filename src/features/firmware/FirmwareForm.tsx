import { Group, Paper, Stack } from '@mantine/core'
import { schemaResolver, useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from 'react-router-dom'

import { FirmwareCreate } from '#contract/manage/firmware.ts'
import { ActionButton } from '#src/components/ActionButton.tsx'
import { DONE } from '#src/components/LeaveGuard.tsx'
import { FormProblem } from '#src/components/FormProblem.tsx'
import { paths } from '#src/lib/paths.ts'
import { guessFromName } from '#src/lib/versions.ts'
import { FirmwareFields, type FirmwareValues } from './FirmwareFields.tsx'
import type { Inspection } from './inspect.ts'
import { createFirmware } from './queries.ts'
import { UploadProgress } from './UploadProgress.tsx'
import { useUpload } from './use-upload.ts'

const Values = FirmwareCreate.omit({ uploadId: true, sha256: true, md5: true })
/** Refusals of the bytes themselves: what was sent is of no more use. */
const ABOUT_THE_BYTES = new Set([
  'file_empty',
  'file_too_large',
  'file_not_binary',
  'digest_mismatch',
  'upload_incomplete',
  'upload_unknown',
])

interface Props {
  org: string
  file: File
  inspection: Inspection | undefined
  verificationDevices: number
  whyNot: string | undefined
}

/** What the file is, and the way to send it: the bytes first, then the firmware is made of them. */
export function FirmwareForm({ org, file, inspection, verificationDevices, whyNot }: Props) {
  const navigate = useNavigate()
  const form = useForm<FirmwareValues>({
    initialValues: {
      productKey: '',
      ...guessFromName(file.name),
      signMethod: 'sha256',
      description: '',
      releaseNotes: '',
      verification: { required: true, maxDevices: verificationDevices, minSuccess: 1 },
    },
    validate: schemaResolver(Values, { sync: true }),
  })
  const create = useMutation({
    ...createFirmware(org),
    onSuccess: ({ id, name, version }) => {
      notifications.show({ message: `${name} ${version} is uploaded` })
      void navigate(paths.firmware(org, id), DONE)
    },
    onError: ({ problem }) => {
      form.setErrors(problem.fields ?? {})
      if (ABOUT_THE_BYTES.has(problem.code)) upload.forget()
    },
  })
  const upload = useUpload()
  const send = (values: FirmwareValues) => {
    if (!inspection) return
    const { sha256, md5 } = inspection
    const make = (uploadId: string) => create.mutate({ ...values, uploadId, sha256, md5 })
    if (upload.state?.phase === 'sent') make(upload.state.uploadId)
    else void upload.begin({ org, file, sha256, onSent: make })
  }
  const phase = upload.state?.phase
  const isUnderWay = (phase !== undefined && phase !== 'sent') || create.isPending

  return (
    <form noValidate onSubmit={form.onSubmit(send)} style={{ width: '100%' }}>
      <Paper withBorder p="md">
        <Stack>
          <FormProblem error={create.error} values={form.values} title="The server refused the file" />
          <FirmwareFields org={org} form={form} isDisabled={isUnderWay} />
          {isUnderWay && <UploadProgress totalBytes={file.size} upload={upload} />}
          <Group justify="flex-end">
            <ActionButton type="submit" whyNot={whyNot ?? (isUnderWay ? 'The upload is under way.' : undefined)}>
              Upload
            </ActionButton>
          </Group>
        </Stack>
      </Paper>
    </form>
  )
}
