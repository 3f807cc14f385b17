import type { Api } from './api.js'

/** What a configuration belongs to, by the number of its kind. */
export const CONFIGURED = { topic: 2, broker: 4 } as const

interface Request {
  readonly kind: (typeof CONFIGURED)[keyof typeof CONFIGURED]
  /** Of the topic; or the number of the broker, which alone answers that. */
  readonly name: string
  readonly keys: readonly string[]
}

interface Response {
  readonly error: number
  /** Null for what is secret. */
  readonly values: ReadonlyMap<string, string | null>
}

/** How a topic or a broker is configured, with what it has by default. */
export const describeConfigs: Api<Request, Response> = {
  name: 'DescribeConfigs',
  key: 32,
  minVersion: 1,
  maxVersion: 2,
  write(to, { kind, name, keys }) {
    to.array([name], (each) => {
      to.byte(kind)
      to.string(each)
      to.array(keys, (key) => to.string(key))
    })
    to.boolean(false)
  },
  read(from) {
    from.int32()
    const [answer] = from.array(() => {
      const error = from.int16()
      from.nullableString()
      from.int8()
      from.string()
      const values = from.array(() => {
        const name = from.string()
        const value = from.nullableString()
        from.boolean()
        from.int8()
        from.boolean()
        from.array(() => {
          from.string()
          from.nullableString()
          from.int8()
        })
        return [name, value] as const
      })
      return { error, values: new Map(values) }
    })
    if (answer === undefined) throw new RangeError('an answer without a configuration')
    return answer
  }
}
