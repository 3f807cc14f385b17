import type { Api } from './api.js'
import { rightsOf } from './rights.js'

export interface DescribedGroup {
  readonly error: number
  readonly group: string
  /** `Stable`, `Empty`, `PreparingRebalance`, `CompletingRebalance`, `Dead`. */
  readonly state: string
  readonly members: readonly {
    readonly member: string
    readonly clientId: string
    readonly clientHost: string
    readonly assignment: Buffer
  }[]
  /** What this user may do with the group: bits, one for each kind of operation; undefined where the broker does not say it. */
  readonly rights?: number
}

/** Who the members of groups are. Sent to the coordinator of the groups. */
export const describeGroups: Api<readonly string[], readonly DescribedGroup[]> = {
  name: 'DescribeGroups',
  key: 15,
  minVersion: 2,
  maxVersion: 3,
  write(to, groups, version) {
    to.array(groups, (group) => to.string(group))
    if (version >= 3) to.boolean(true)
  },
  read(from, version) {
    from.int32()
    return from.array(() => {
      const error = from.int16()
      const group = from.string()
      const state = from.string()
      from.string()
      from.string()
      const members = from.array(() => {
        const member = from.string()
        const clientId = from.string()
        const clientHost = from.string()
        from.sizedBytes()
        return { member, clientId, clientHost, assignment: from.sizedBytes() }
      })
      return { error, group, state, members, ...(version >= 3 && rightsOf(from.int32())) }
    })
  }
}

/** Forgets groups and how far they have come. Sent to the coordinator of the groups. */
export const deleteGroups: Api<
  readonly string[],
  readonly { readonly group: string; readonly error: number }[]
> = {
  name: 'DeleteGroups',
  key: 42,
  minVersion: 0,
  maxVersion: 1,
  write: (to, groups) => to.array(groups, (group) => to.string(group)),
  read(from) {
    from.int32()
    return from.array(() => ({ group: from.string(), error: from.int16() }))
  }
}
