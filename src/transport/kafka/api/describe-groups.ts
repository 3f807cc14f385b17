import type { Api } from './api.js'

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
}

/** Who the members of groups are. Sent to the coordinator of the groups. */
export const describeGroups: Api<readonly string[], readonly DescribedGroup[]> = {
  name: 'DescribeGroups',
  key: 15,
  minVersion: 2,
  maxVersion: 2,
  write: (to, groups) => to.array(groups, (group) => to.string(group)),
  read(from) {
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
      return { error, group, state, members }
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
