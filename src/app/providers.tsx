import { MantineProvider } from '@mantine/core'
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import type { Live } from '#src/api/live.ts'
import { LiveContext } from '#src/api/use-live.ts'
import { cssVariablesResolver, theme } from './theme.ts'
import { Toasts } from './Toasts.tsx'

interface Props {
  client: QueryClient
  live: Live
  children: ReactNode
}

/** What every page stands in; tests bring their own client and stream. */
export function Providers({ client, live, children }: Props) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <LiveContext value={live}>
          <Toasts />
          {children}
        </LiveContext>
      </QueryClientProvider>
    </MantineProvider>
  )
}
