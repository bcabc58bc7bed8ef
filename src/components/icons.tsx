import type { ReactNode } from 'react'

interface IconProps {
  size?: number
}

/** Drawn on a grid of 16, one stroke width, always beside a word or inside a labelled control. */
const icon = (drawing: ReactNode) =>
  function Icon({ size = 16 }: IconProps) {
    return (
      <svg
        aria-hidden
        width={size}
        height={size}
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        {drawing}
      </svg>
    )
  }

export const CheckIcon = icon(<path d="m3.5 8.5 3 3 6-7" />)
export const CrossIcon = icon(<path d="m4 4 8 8m0-8-8 8" />)
export const BackIcon = icon(<path d="M13 8H3m4-4L3 8l4 4" />)
export const ChevronIcon = icon(<path d="m4.5 6.5 3.5 3.5 3.5-3.5" />)
export const MoreIcon = icon(<path d="M3 8h.01M8 8h.01M13 8h.01" strokeWidth={2.5} />)
export const CopyIcon = icon(<path d="M6 6h7v7H6zM10 6V3H3v7h3" />)
export const SunIcon = icon(
  <>
    <circle cx="8" cy="8" r="3" />
    <path d="M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1m8 8 1 1m0-10-1 1m-8 8-1 1" />
  </>,
)
export const MoonIcon = icon(<path d="M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z" />)
export const PersonIcon = icon(
  <>
    <circle cx="8" cy="5" r="2.5" />
    <path d="M2.5 14c.7-3 2.8-4.5 5.5-4.5s4.8 1.5 5.5 4.5" />
  </>,
)
export const OverviewIcon = icon(<path d="M2 2h5v6H2zM9 2h5v3.5H9zM9 8h5v6H9zM2 10.5h5V14H2z" />)
export const FirmwareIcon = icon(<path d="M4.5 4.5h7v7h-7zM6.5 1.5v3m3-3v3m-3 7v3m3-3v3m-8-8h3m-3 3h3m7-3h3m-3 3h3" />)
export const JobsIcon = icon(<path d="M8 10.5V2m0 0L4.8 5.2M8 2l3.2 3.2M2.5 10v4h11v-4" />)
export const DevicesIcon = icon(<path d="M2 3h8v6H2zM4 12h4m-2-3v3m6-6h2.5v7H11V9" />)
export const ProductsIcon = icon(<path d="m8 1.5 6 3v7l-6 3-6-3v-7zm0 6.5 6-3.5M8 8 2 4.5M8 8v6.5" />)
export const PoliciesIcon = icon(<path d="M2 4h6m3 0h3M2 12h3m3 0h6M2 8h9m0-5.5v3M5.5 10.5v3M13 6.5v3" />)
export const ActivityIcon = icon(<path d="M3 3h10M3 6.5h10M3 10h6m-6 3.5h4M12.5 10v2l1.5 1" />)
export const BellIcon = icon(<path d="M3 11.5h10l-1.2-1.7V7a3.8 3.8 0 0 0-7.6 0v2.8zM6.7 14h2.6" />)
export const SearchIcon = icon(
  <>
    <circle cx="7" cy="7" r="4.5" />
    <path d="m10.5 10.5 3.5 3.5" />
  </>,
)
export const HelpIcon = icon(
  <>
    <circle cx="8" cy="8" r="6.5" />
    <path d="M6 6.2a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.3m0 2.2h.01" />
  </>,
)
export const UploadIcon = icon(<path d="M8 11V2.5m0 0L5 5.5m3-3 3 3M2.5 11v2.5h11V11" />)
export const WarnIcon = icon(<path d="M8 2 1.5 13.5h13zm0 4.5v3m0 2h.01" />)
export const ClockIcon = icon(
  <>
    <circle cx="8" cy="8" r="6" />
    <path d="M8 4.5V8l2.5 1.5" />
  </>,
)
