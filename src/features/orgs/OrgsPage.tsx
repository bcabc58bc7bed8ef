import { Anchor, Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import type { MyOrg } from '#contract/manage/session.ts'
import { ActionButton } from '#src/components/ActionButton.tsx'
import { DataTable, RowHeader } from '#src/components/DataTable.tsx'
import { Empty } from '#src/components/Empty.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { sessionQuery, useRight } from '#src/features/session/queries.ts'
import { paths } from '#src/lib/paths.ts'
import { useUrl } from '#src/lib/use-url.ts'
import { whyNot } from '#src/lib/why.ts'
import { OrgCreateForm } from './OrgCreateForm.tsx'

export default function OrgsPage() {
  const session = useQuery(sessionQuery)
  const { search, change } = useUrl()
  const mayCreate = useRight('platform.manage')
  const open = () => change({ dialog: 'create' })
  const create = (
    <ActionButton onClick={open} whyNot={whyNot(mayCreate)}>
      New organisation
    </ActionButton>
  )
  return (
    <>
      <PageHeader title="Organisations" actions={create}>
        Everything in the portal belongs to one organisation. Choose the one to work in.
      </PageHeader>
      <Resource
        noun="organisations"
        query={session}
        isEmpty={({ orgs }) => orgs.length === 0}
        empty={<NoOrgs canCreate={mayCreate === true} />}
      >
        {({ orgs }) => (
          <DataTable label="Organisations" columns={['Name', 'Short name', 'Your roles', 'Time zone']}>
            {orgs.map((org) => (
              <OrgRow key={org.slug} {...org} />
            ))}
          </DataTable>
        )}
      </Resource>
      <Modal
        opened={search.get('dialog') === 'create' && mayCreate === true}
        onClose={() => change({ dialog: undefined })}
        title="New organisation"
      >
        <OrgCreateForm />
      </Modal>
    </>
  )
}

function OrgRow({ slug, name, roles, zone }: MyOrg) {
  return (
    <tr>
      <RowHeader>
        <Anchor component={Link} to={paths.overview(slug)} inherit>
          {name}
        </Anchor>
      </RowHeader>
      <td>{slug}</td>
      <td>{roles.join(', ') || 'by your platform role'}</td>
      <td>{zone}</td>
    </tr>
  )
}

function NoOrgs({ canCreate }: { canCreate: boolean }) {
  return (
    <Empty title="No organisation yet">
      {canCreate
        ? 'Create the first one: products, devices, firmware and jobs live inside it.'
        : 'Your account is a member of none. Ask an administrator to add you.'}
    </Empty>
  )
}
