import { Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from 'react-router-dom'

import type { Device } from '#contract/manage/devices.ts'
import { canDeleteDevice, canResetActivation } from '#domain/registry.ts'
import { ConfirmButton } from '#src/components/ConfirmButton.tsx'
import { EditDialog } from '#src/components/EditDialog.tsx'
import { ResetSecretButton } from '#src/components/ResetSecretButton.tsx'
import { productQuery } from '#src/features/products/queries.ts'
import { useRight } from '#src/features/session/queries.ts'
import { counted } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { whyNot } from '#src/lib/why.ts'
import { DeviceEditForm } from './DeviceEditForm.tsx'
import {
  deleteDevice,
  deviceQuery,
  resetActivation,
  resetDeviceSecret,
  setDeviceEnabled,
  subDevicesQuery,
  whyQuery,
} from './queries.ts'

interface Props {
  org: string
  device: Device
}

/** What can be done to a device: nobody without the right, and nothing that its rules refuse. */
export function DeviceActs({ org, device }: Props) {
  const mayWrite = useRight('device.write', org)
  return (
    <>
      <EditButton org={org} device={device} mayWrite={mayWrite} />
      <SecretButton org={org} device={device} mayWrite={mayWrite} />
      <ActivationButton org={org} device={device} mayWrite={mayWrite} />
      <AccessButton org={org} device={device} mayWrite={mayWrite} />
      <DeleteButton org={org} device={device} mayWrite={mayWrite} />
    </>
  )
}

interface ActProps extends Props {
  mayWrite: true | string
}

function EditButton({ org, device, mayWrite }: ActProps) {
  const { refetch } = useQuery(deviceQuery(org, device.id))
  return (
    <EditDialog title={`Edit ${device.deviceKey}`} saved={device} refetch={refetch} mayWrite={mayWrite}>
      {(given, form) => <DeviceEditForm org={org} device={given} {...form} />}
    </EditDialog>
  )
}

function SecretButton({ org, device: { id, deviceKey }, mayWrite }: ActProps) {
  const reset = useMutation(resetDeviceSecret(org, id))
  return (
    <ResetSecretButton
      owner={deviceKey}
      name="Device secret"
      mutation={reset}
      secretOf={({ deviceSecret }) => deviceSecret}
      whyNot={whyNot(mayWrite)}
    >
      <Text size="sm">
        Its connection ends and its old secret no longer lets it in. It stays offline until the new secret is put into
        the device.
      </Text>
    </ResetSecretButton>
  )
}

function ActivationButton({ org, device, mayWrite }: ActProps) {
  const { id, deviceKey, productKey } = device
  const { data: product } = useQuery(productQuery(org, productKey))
  const reset = useMutation({
    ...resetActivation(org, id),
    onSuccess: () => notifications.show({ message: `${deviceKey} may be activated once more` }),
  })
  return (
    <ConfirmButton
      act="Reset activation"
      title={`Let ${deviceKey} be activated once more?`}
      mutation={reset}
      whyNot={whyNot(mayWrite, product ? canResetActivation(product, device) : true)}
    >
      <Text size="sm">
        Whoever connects with the product secret and this device key next is told the device secret, once. That chance
        ends as well when the device connects with its own secret.
      </Text>
    </ConfirmButton>
  )
}

function AccessButton({ org, device: { id, deviceKey, enabled }, mayWrite }: ActProps) {
  const toggle = useMutation({
    ...setDeviceEnabled(org, id, !enabled),
    onSuccess: (next) => notifications.show({ message: `${deviceKey} is ${next.enabled ? 'enabled' : 'disabled'}` }),
  })
  return (
    <ConfirmButton
      act={enabled ? 'Disable' : 'Enable'}
      title={`${enabled ? 'Disable' : 'Enable'} ${deviceKey}?`}
      mutation={toggle}
      whyNot={whyNot(mayWrite)}
      dangerous={enabled}
    >
      {enabled
        ? 'Its connection ends and new ones are refused. A job that waits for it goes on waiting.'
        : 'It may connect again with its secret.'}
    </ConfirmButton>
  )
}

function DeleteButton({ org, device: { id, deviceKey }, mayWrite }: ActProps) {
  const navigate = useNavigate()
  const tasks = useQuery(whyQuery(org, id)).data?.items ?? []
  const behind = useQuery(subDevicesQuery(org, id)).data?.total ?? 0
  const busy = tasks.find(({ status }) => status !== 'init')
  const remove = useMutation({
    ...deleteDevice(org, id),
    onSuccess: () => {
      notifications.show({ message: `${deviceKey} is deleted` })
      void navigate(paths.devices(org))
    },
  })
  return (
    <ConfirmButton
      act="Delete"
      title={`Delete ${deviceKey}?`}
      mutation={remove}
      whyNot={whyNot(mayWrite, canDeleteDevice(busy?.jobName ?? null))}
      dangerous
    >
      <Text size="sm">
        Its connection ends and its secret is void.{' '}
        {tasks.length === 0
          ? 'No unfinished job has it.'
          : `${counted(tasks.length, 'unfinished job')} that ${tasks.length === 1 ? 'waits' : 'wait'} for it will skip it.`}{' '}
        {behind > 0 && `${counted(behind, 'device')} behind it ${behind === 1 ? 'goes' : 'go'} offline. `}
        Its history stays. This cannot be undone.
      </Text>
    </ConfirmButton>
  )
}
