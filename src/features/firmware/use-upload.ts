import { useWindowEvent } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'

import { cut, startUpload, type UploadHandle, type UploadState } from '#src/api/upload.ts'

interface Order {
  org: string
  file: File
  sha256: string
  onSent: (uploadId: string) => void
}

/** One upload of this page: its state, and what can be done to it. Leaving the page stops it; the server keeps its part. */
export function useUpload() {
  const [state, setState] = useState<UploadState>()
  const handle = useRef<UploadHandle>(undefined)
  const order = useRef<Order>(undefined)
  useEffect(() => () => handle.current?.pause(), [])

  const begin = async (next: Order) => {
    const { onSent, ...source } = next
    order.current = next
    setState({ phase: 'sending', sentBytes: 0, bytesPerSecond: null })
    const tell = (said: UploadState) => {
      setState(said)
      if (said.phase === 'sent') onSent(said.uploadId)
    }
    // without a connection not even the client can be fetched
    handle.current = await startUpload({ ...source, tell }).catch(() => undefined)
    if (!handle.current) setState({ phase: 'failed', sentBytes: 0, problem: cut })
  }
  const resume = () => {
    if (!handle.current) return void (order.current && begin(order.current))
    handle.current.resume()
    setState((was) =>
      was && was.phase !== 'sent' ? { phase: 'sending', sentBytes: was.sentBytes, bytesPerSecond: null } : was,
    )
  }
  // what stopped for want of a connection goes on by itself when there is one
  useWindowEvent('online', () => state?.phase === 'failed' && state.problem.code === cut.code && resume())
  return {
    state,
    begin,
    pause: () => handle.current?.pause(),
    resume,
    forget: () => {
      if (state && state.phase !== 'sent') handle.current?.cancel()
      handle.current = undefined
      setState(undefined)
    },
  }
}

export type UploadControl = ReturnType<typeof useUpload>
