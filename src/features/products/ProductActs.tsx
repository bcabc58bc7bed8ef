import { Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from 'react-router-dom'

import type { Product } from '#contract/manage/products.ts'
import { canDeleteProduct } from '#domain/registry.ts'
import { ConfirmButton } from '#src/components/ConfirmButton.tsx'
import { EditDialog } from '#src/components/EditDialog.tsx'
import { ResetSecretButton } from '#src/components/ResetSecretButton.tsx'
import { firmwareListQuery } from '#src/features/firmware/queries.ts'
import { jobListQuery } from '#src/features/jobs/queries.ts'
import { useRight } from '#src/features/session/queries.ts'
import { counted } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { whyNot } from '#src/lib/why.ts'
import { ProductEditForm } from './ProductEditForm.tsx'
import { deleteProduct, productQuery, resetProductSecret } from './queries.ts'

interface Props {
  org: string
  product: Product
}

export function ProductActs({ org, product }: Props) {
  const mayWrite = useRight('device.write', org)
  return (
    <>
      <EditButton org={org} product={product} mayWrite={mayWrite} />
      <SecretButton org={org} product={product} mayWrite={mayWrite} />
      <DeleteButton org={org} product={product} mayWrite={mayWrite} />
    </>
  )
}

interface ActProps extends Props {
  mayWrite: true | string
}

function EditButton({ org, product, mayWrite }: ActProps) {
  const { refetch } = useQuery(productQuery(org, product.productKey))
  return (
    <EditDialog title={`Edit ${product.name}`} saved={product} refetch={refetch} mayWrite={mayWrite}>
      {(given, form) => <ProductEditForm org={org} product={given} {...form} />}
    </EditDialog>
  )
}

function SecretButton({ org, product: { productKey, name }, mayWrite }: ActProps) {
  const reset = useMutation(resetProductSecret(org, productKey))
  return (
    <ResetSecretButton
      owner={name}
      name="Product secret"
      mutation={reset}
      secretOf={({ productSecret }) => productSecret}
      whyNot={whyNot(mayWrite)}
    >
      <Text size="sm">
        Devices that have their own secret notice nothing. A device that is still to be activated needs the new product
        secret.
      </Text>
    </ResetSecretButton>
  )
}

function DeleteButton({ org, product: { productKey, name, deviceCount }, mayWrite }: ActProps) {
  const navigate = useNavigate()
  const { data: jobs } = useQuery(jobListQuery(org, { product: productKey }))
  const { data: firmware } = useQuery(firmwareListQuery(org, { product: productKey, limit: 1 }))
  const unfinished = (jobs?.items ?? []).filter(({ state }) => state !== 'completed')
  const inUse = unfinished.map((job) => ({ name: job.name, firmware: job.firmware.name })).toReversed()
  const remove = useMutation({
    ...deleteProduct(org, productKey),
    onSuccess: () => {
      notifications.show({ message: `${name} is deleted` })
      void navigate(paths.products(org))
    },
  })
  return (
    <ConfirmButton
      act="Delete"
      title={`Delete ${name}?`}
      mutation={remove}
      whyNot={whyNot(mayWrite, canDeleteProduct(deviceCount, inUse))}
      dangerous
    >
      <Text size="sm">
        {counted(firmware?.total ?? 0, 'firmware file')} and its device lists go with it; the history of its jobs stays.
        Its key {productKey} can never be used again. This cannot be undone.
      </Text>
    </ConfirmButton>
  )
}
