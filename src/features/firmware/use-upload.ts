import { useEffect, useRef, useState } from 'react'

import { startUpload, type UploadHandle, type UploadState } from '#src/api/upload.ts'

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
  useEffect(() => () => handle.current?.pause(), [])

  const begin = async ({ org, file, sha256, onSent }: Order) => {
    setState({ phase: 'sending', sentBytes: 0, bytesPerSecond: null })
    handle.current = await startUpload({
      org,
      file,
      sha256,
      tell: (next) => {
        setState(next)
        if (next.phase === 'sent') onSent(next.uploadId)
      },
    })
  }
  return {
    state,
    begin,
    pause: () => handle.current?.pause(),
    resume: () => {
      handle.current?.resume()
      setState((was) =>
        was && was.phase !== 'sent' ? { phase: 'sending', sentBytes: was.sentBytes, bytesPerSecond: null } : was,
      )
    },
    forget: () => {
      if (state && state.phase !== 'sent') handle.current?.cancel()
      handle.current = undefined
      setState(undefined)
    },
  }
}

export type UploadControl = ReturnType<typeof useUpload>
