import type { Api } from './api.js'

interface Request {
  readonly topic: string
  /** Milliseconds that the broker may wait for the topic to be gone. */
  readonly timeout: number
}

/** Deletes one topic with everything in it. Answers with an error code. Sent to the controller. */
export const deleteTopic: Api<Request, number> = {
  name: 'DeleteTopics',
  key: 20,
  minVersion: 1,
  maxVersion: 3,
  write(to, { topic, timeout }) {
    to.array([topic], (name) => to.string(name))
    to.fourBytes(timeout)
  },
  read(from) {
    from.int32()
    const [error] = from.array(() => {
      from.string()
      return from.int16()
    })
    if (error === undefined) throw new RangeError('an answer without a topic')
    return error
  }
}
