import { mutationOptions } from '@tanstack/react-query'

import type { Input } from '#contract/endpoint.ts'
import { orgs } from '#contract/manage/orgs.ts'
import { call } from '#src/api/call.ts'
import { keys } from '#src/api/keys.ts'

export const createOrg = mutationOptions({
  mutationFn: (body: Input<typeof orgs.create>['body']) => call(orgs.create, { body }),
  // what one may see stands in the session
  meta: { invalidates: [keys.session, keys.orgs] },
})
