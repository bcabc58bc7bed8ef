import { Group, Paper, Stack } from '@mantine/core'
import { schemaResolver, useForm, type UseFormReturnType } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { memo, useEffect } from 'react'
import { useNavigate } from 'react-router-dom'

import { FirmwareCreate } from '#contract/manage/firmware.ts'
import { TAKEN } from '#domain/firmware-names.ts'
import { ActionButton } from '#src/components/ActionButton.tsx'
import { DONE, LeaveGuard } from '#src/components/LeaveGuard.tsx'
import { DraftNotice } from '#src/components/DraftNotice.tsx'
import { FormProblem } from '#src/components/FormProblem.tsx'
import { productChoiceQuery } from '#src/features/products/queries.ts'
import { useMyDraft } from '#src/features/session/queries.ts'
import { showRefused, toFirstError } from '#src/lib/first-error.ts'
import { paths } from '#src/lib/paths.ts'
import { guessFromName } from '#src/lib/versions.ts'
import { FirmwareFields, type FirmwareValues } from './FirmwareFields.tsx'
import type { Inspection } from './inspect.ts'
import { createFirmware, firmwareListQuery } from './queries.ts'
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
  /** An earlier visit has sent some of it. */
  isBegun: boolean
  verificationDevices: number
  whyNot: string | undefined
}

/** Where there is but one product there is nothing to choose: the form begins with it, which is no change to keep. */
function useOnlyProduct(org: string, form: UseFormReturnType<FirmwareValues>) {
  const products = useQuery(productChoiceQuery(org)).data?.items ?? []
  const only = products.length === 1 ? products[0]?.productKey : undefined
  const { setInitialValues, setFieldValue, getInitialValues } = form
  useEffect(() => {
    if (only === undefined || getInitialValues().productKey === only) return
    setInitialValues({ ...getInitialValues(), productKey: only })
    setFieldValue('productKey', (chosen) => chosen || only)
  }, [only, getInitialValues, setInitialValues, setFieldValue])
}

/**
 * What another firmware of the product has already, before the bytes are sent for nothing. The page of it that is
 * asked for has the newest ones and none that is deleted: the server, which knows all, has the last word.
 */
function useTaken(org: string, productKey: string) {
  const list = useQuery({ ...firmwareListQuery(org, { product: productKey, limit: 200 }), enabled: productKey !== '' })
  const others = list.isPlaceholderData ? [] : (list.data?.items ?? [])
  return ({ version, ...values }: FirmwareValues): Record<string, string> => {
    const name = values.name.trim()
    return {
      ...(others.some((other) => other.name === name) && { name: TAKEN.name(name) }),
      ...(others.some((other) => other.version === version) && { version: TAKEN.version(version) }),
    }
  }
}

/** What the file is, and the way to send it: the bytes first, then the firmware is made of them. */
export const FirmwareForm = memo(function FirmwareForm(props: Props) {
  const { org, file, inspection, isBegun, verificationDevices, whyNot } = props
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
  useOnlyProduct(org, form)
  const draft = useMyDraft(`${org} firmware ${file.name} ${file.size}`, form)
  const create = useMutation({
    ...createFirmware(org),
    onSuccess: ({ id, name, version }) => {
      draft.forget()
      notifications.show({ message: `${name} ${version} is uploaded` })
      void navigate(paths.firmware(org, id), DONE)
    },
    onError: ({ problem }) => {
      form.setErrors({ ...problem.fields })
      if (ABOUT_THE_BYTES.has(problem.code)) upload.forget()
    },
  })
  // until the answer is there the fields are locked, and what is locked does not take the focus
  useEffect(() => {
    if (create.isError) toFirstError()
  }, [create.isError])
  const upload = useUpload()
  const takenBy = useTaken(org, form.values.productKey)
  const send = (values: FirmwareValues) => {
    if (!inspection) return
    const taken = takenBy(values)
    if (Object.keys(taken).length > 0) return showRefused(form, taken)
    const { sha256, md5 } = inspection
    const make = (uploadId: string) => create.mutate({ ...values, uploadId, sha256, md5 })
    if (upload.state?.phase === 'sent') make(upload.state.uploadId)
    else void upload.begin({ org, file, sha256, onSent: make })
  }
  const phase = upload.state?.phase
  const isUnderWay = (phase !== undefined && phase !== 'sent') || create.isPending

  return (
    <form noValidate onSubmit={form.onSubmit(send, toFirstError)} style={{ width: '100%' }}>
      <LeaveGuard when>
        The file that you chose is not firmware yet. What was sent of it is kept for a while: choose it again, and the
        upload goes on.
      </LeaveGuard>
      <Paper withBorder p="md">
        <Stack>
          <DraftNotice draft={draft} />
          <FormProblem error={create.error} values={form.values} title="The server refused the file" />
          <FirmwareFields org={org} form={form} isDisabled={isUnderWay} />
          {isUnderWay && <UploadProgress totalBytes={file.size} upload={upload} />}
          <Group justify="flex-end">
            <ActionButton type="submit" whyNot={whyNot ?? (isUnderWay ? 'The upload is under way.' : undefined)}>
              {isBegun ? 'Resume upload' : 'Upload'}
            </ActionButton>
          </Group>
        </Stack>
      </Paper>
    </form>
  )
})
