import type { Api } from './api.js'

interface Response {
  readonly error: number
  readonly node: number
  readonly host: string
  readonly port: number
}

const GROUP = 0

/** Which broker keeps a group's offsets and members. */
export const findCoordinator: Api<string, Response> = {
  name: 'FindCoordinator',
  key: 10,
  minVersion: 1,
  maxVersion: 1,
  write(to, group) {
    to.string(group)
    to.byte(GROUP)
  },
  read(from) {
    from.int32()
    const error = from.int16()
    from.nullableString()
    return { error, node: from.int32(), host: from.nullableString() ?? '', port: from.int32() }
  }
}
