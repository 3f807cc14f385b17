import type { Api } from './api.js'

interface Request {
  readonly topic: string
  /** -1: as many as the broker is configured to give, from version 4 on. */
  readonly partitions: number
  /** Milliseconds that the broker may wait for the topic to be there. */
  readonly timeout: number
}

interface Response {
  readonly error: number
  readonly message: string | null
}

/** Creates one topic, with as many replicas as the broker is configured to give. */
export const createTopic: Api<Request, Response> = {
  name: 'CreateTopics',
  key: 19,
  minVersion: 3,
  maxVersion: 4,
  write(to, { topic, partitions, timeout }, version) {
    const isDefaultPossible = version >= 4
    to.array([topic], (name) => {
      to.string(name)
      to.fourBytes(partitions === -1 && !isDefaultPossible ? 1 : partitions)
      to.twoBytes(isDefaultPossible ? -1 : 1)
      to.array([], () => {})
      to.array([], () => {})
    })
    to.fourBytes(timeout)
    to.boolean(false)
  },
  read(from) {
    from.int32()
    const [answer] = from.array(() => {
      from.string()
      return { error: from.int16(), message: from.nullableString() }
    })
    if (answer === undefined) throw new RangeError('an answer without a topic')
    return answer
  }
}
