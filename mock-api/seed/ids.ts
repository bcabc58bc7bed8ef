/** Ids are stable, so that specs can link to them: the kind stands in the fourth group. */
const stable =
  (kind: number) =>
  (n: number): string =>
    `00000000-0000-4000-8${kind.toString(16).padStart(3, '0')}-${n.toString(16).padStart(12, '0')}`

export const id = {
  user: stable(1),
  org: stable(2),
  device: stable(3),
  firmware: stable(4),
  job: stable(5),
  log: stable(6),
  policy: stable(7),
  deviceList: stable(8),
}
