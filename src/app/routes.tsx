import type { ComponentType } from 'react'
import { Outlet, ScrollRestoration, type RouteObject } from 'react-router-dom'

import { fetchPart } from '#src/api/late.tsx'
import { MissingPage } from '#src/components/Missing.tsx'
import CrashPage from './CrashPage.tsx'
import { Gate } from './Gate.tsx'
import NotFoundPage from './NotFoundPage.tsx'
import { OrgShell } from './OrgShell.tsx'
import { PlainShell } from './PlainShell.tsx'

/** Each page is a chunk of its own, fetched when its route is first followed. */
const page = (load: () => Promise<{ default: ComponentType }>) => ({
  lazy: async () => ({ Component: await fetchPart(() => load().then((module) => module.default), MissingPage) }),
})

const inOrg: RouteObject[] = [
  { index: true, ...page(() => import('#src/features/overview/OverviewPage.tsx')) },
  { path: 'firmware', ...page(() => import('#src/features/firmware/FirmwareListPage.tsx')) },
  { path: 'firmware/new', ...page(() => import('#src/features/firmware/FirmwareNewPage.tsx')) },
  { path: 'firmware/:firmwareId', ...page(() => import('#src/features/firmware/FirmwarePage.tsx')) },
  { path: 'jobs', ...page(() => import('#src/features/jobs/JobsPage.tsx')) },
  { path: 'jobs/new', ...page(() => import('#src/features/jobs/JobNewPage.tsx')) },
  { path: 'jobs/:jobId', ...page(() => import('#src/features/jobs/JobPage.tsx')) },
  { path: 'jobs/:jobId/edit', ...page(() => import('#src/features/jobs/JobEditPage.tsx')) },
  { path: 'policies', ...page(() => import('#src/features/policies/PoliciesPage.tsx')) },
  { path: 'policies/new', ...page(() => import('#src/features/policies/PolicyNewPage.tsx')) },
  { path: 'policies/:policyId', ...page(() => import('#src/features/policies/PolicyPage.tsx')) },
  { path: 'devices', ...page(() => import('#src/features/devices/DevicesPage.tsx')) },
  { path: 'devices/:deviceId', ...page(() => import('#src/features/devices/DevicePage.tsx')) },
  { path: 'products', ...page(() => import('#src/features/products/ProductsPage.tsx')) },
  { path: 'products/:productKey', ...page(() => import('#src/features/products/ProductPage.tsx')) },
  { path: 'activity', ...page(() => import('#src/features/activity/ActivityPage.tsx')) },
  { path: 'help', ...page(() => import('#src/features/help/HelpPage.tsx')) },
  { path: '*', element: <NotFoundPage /> },
]

const Root = () => (
  <>
    <Outlet />
    <ScrollRestoration getKey={({ pathname }) => pathname} />
  </>
)

export const routes: RouteObject[] = [
  {
    element: <Root />,
    errorElement: <CrashPage />,
    hydrateFallbackElement: <></>,
    children: [
      { path: '/sign-in', ...page(() => import('#src/features/session/SignInPage.tsx')) },
      {
        element: <Gate />,
        children: [
          { path: '/', ...page(() => import('#src/features/orgs/HomePage.tsx')) },
          {
            element: <PlainShell />,
            children: [
              { path: '/help', ...page(() => import('#src/features/help/HelpPage.tsx')) },
              { path: '/orgs', ...page(() => import('#src/features/orgs/OrgsPage.tsx')) },
              { path: '*', element: <NotFoundPage /> },
            ],
          },
          {
            path: '/orgs/:org',
            element: <OrgShell />,
            children: [{ errorElement: <CrashPage inside />, children: inOrg }],
          },
        ],
      },
    ],
  },
]
