import type { Api } from './api.js'

export interface JoinRequest {
  readonly group: string
  /** Milliseconds without a heartbeat after which the broker removes a member. */
  readonly sessionTimeout: number
  /** Milliseconds that the broker waits for all members to join. */
  readonly rebalanceTimeout: number
  /** Empty at first; the broker gives one. */
  readonly member: string
  readonly protocols: readonly { readonly name: string; readonly metadata: Uint8Array }[]
}

export interface JoinResponse {
  readonly error: number
  readonly generation: number
  readonly protocol: string
  readonly leader: string
  readonly member: string
  /** For the leader alone: all members, with what they said of themselves. */
  readonly members: readonly { readonly member: string; readonly metadata: Buffer }[]
}

/** The membership in a group, in one of its generations. */
export interface Membership {
  readonly group: string
  readonly generation: number
  readonly member: string
}

export const joinGroup: Api<JoinRequest, JoinResponse> = {
  name: 'JoinGroup',
  key: 11,
  minVersion: 3,
  maxVersion: 4,
  write(to, { group, sessionTimeout, rebalanceTimeout, member, protocols }) {
    to.string(group)
    to.fourBytes(sessionTimeout)
    to.fourBytes(rebalanceTimeout)
    to.string(member)
    to.string('consumer')
    to.array(protocols, ({ name, metadata }) => {
      to.string(name)
      to.sizedBytes(metadata)
    })
  },
  read(from) {
    from.int32()
    return {
      error: from.int16(),
      generation: from.int32(),
      protocol: from.nullableString() ?? '',
      // Some servers send null beside an error.
      leader: from.nullableString() ?? '',
      member: from.nullableString() ?? '',
      members: from.array(() => ({ member: from.string(), metadata: from.sizedBytes() }))
    }
  }
}

interface SyncRequest extends Membership {
  /** From the leader alone. */
  readonly assignments: readonly { readonly member: string; readonly assignment: Uint8Array }[]
}

export const syncGroup: Api<SyncRequest, { readonly error: number; readonly assignment: Buffer }> = {
  name: 'SyncGroup',
  key: 14,
  minVersion: 2,
  maxVersion: 2,
  write(to, { group, generation, member, assignments }) {
    to.string(group)
    to.fourBytes(generation)
    to.string(member)
    to.array(assignments, (each) => {
      to.string(each.member)
      to.sizedBytes(each.assignment)
    })
  },
  read(from) {
    from.int32()
    return { error: from.int16(), assignment: from.sizedBytes() }
  }
}

export const heartbeat: Api<Membership, number> = {
  name: 'Heartbeat',
  key: 12,
  minVersion: 2,
  maxVersion: 2,
  write(to, { group, generation, member }) {
    to.string(group)
    to.fourBytes(generation)
    to.string(member)
  },
  read(from) {
    from.int32()
    return from.int16()
  }
}

export const leaveGroup: Api<Pick<Membership, 'group' | 'member'>, number> = {
  name: 'LeaveGroup',
  key: 13,
  minVersion: 2,
  maxVersion: 2,
  write(to, { group, member }) {
    to.string(group)
    to.string(member)
  },
  read(from) {
    from.int32()
    return from.int16()
  }
}
