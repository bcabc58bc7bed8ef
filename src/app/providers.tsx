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
  /** `test`: nothing moves and no style sheet is made, for what has no eyes. */
  env?: 'default' | 'test'
  children: ReactNode
}

/** What every page stands in; tests bring their own client and stream. */
export function Providers({ client, live, env = 'default', children }: Props) {
  return (
    <MantineProvider
      env={env}
      withCssVariables={env === 'default'}
      withGlobalClasses={env === 'default'}
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={client}>
        <LiveContext value={live}>
          <Toasts />
          {children}
        </LiveContext>
      </QueryClientProvider>
    </MantineProvider>
  )
}
