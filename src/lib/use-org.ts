import { useParams } from 'react-router-dom'

/** A part of the path that the route declares. Missing means that a component stands under the wrong route. */
export function useParam(name: string): string {
  const value = useParams()[name]
  if (value === undefined) throw new Error(`This page needs :${name} in its path.`)
  return value
}

/** The organisation of the address. */
export const useOrg = (): string => useParam('org')
