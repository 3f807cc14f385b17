import { describe, expect, it } from 'vitest'
import { TidingsError } from '../../src/core/errors.js'
import { transports } from '../../src/transport/transports.js'
import { schemeSlip } from '../../src/transport/unknown-scheme.js'

const failureOf = async (broker: string): Promise<TidingsError> => {
  const failure: unknown = await transports.find([broker]).then(
    () => undefined,
    (error: unknown) => error
  )
  if (failure instanceof TidingsError) return failure
  throw new Error(`"${broker}" was accepted`, { cause: failure })
}

describe('a scheme without its "://"', () => {
  it.each([
    ['kafka:/localhost', 'kafka'],
    ['kafka:localhost', 'kafka'],
    ['kafka:localhost:9092', 'kafka'],
    ['kafka:[::1]:9092', 'kafka'],
    ['kafka//localhost', 'kafka'],
    ['KAFKAS:\\\\localhost', 'kafkas'],
    ['amqp:/guest:guest@localhost', 'amqp'],
    ['mqtt:/localhost:1883/topic', 'mqtt'],
    ['http:/localhost', 'ws'],
    ['rabbitmq:/localhost', 'amqp']
  ])('%s is told so, with the scheme that was meant', async (text, scheme) => {
    expect(await failureOf(text)).toMatchObject({
      kind: 'usage',
      code: 'bad-broker-url',
      message: expect.stringContaining('its scheme does not end with "://"'),
      suggestion: `write it like ${scheme}://HOST:PORT`
    })
  })

  it.each(['://localhost', '//localhost'])('%s lacks its name', async (text) => {
    expect(await failureOf(text)).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('its scheme is missing')
    })
  })

  it('shows no password', async () => {
    for (const text of ['amqp:/ada:s3cret@h', 'kafka:s3cret', 'kafka//ada:s3cret@h'])
      expect(String(await failureOf(text))).not.toContain('s3cret')
  })

  it.each([
    'mqtt:1883',
    'kafka:9092',
    'kafka:s3cret@h',
    'kafka',
    'h',
    'h/topic',
    'host:/x',
    'a//b',
    '[::1]:1883'
  ])('%s is none: it may be a host with its port, or a user with a password', (text) => {
    const rows = [{ schemes: ['mqtt', 'kafka'], synonyms: new Map() }]
    expect(schemeSlip(text, rows)).toBeUndefined()
  })
})

describe('an unknown scheme', () => {
  it.each([
    ['kafk://h', 'did you mean kafka://?'],
    ['htp://h', 'did you mean ws://?'],
    ['rabitmq://h', 'did you mean amqp://?'],
    ['mqqt://h', 'did you mean mqtt://?'],
    ['ssl://h', 'did you mean mqtts:// or kafkas://?'],
    ['redis://h', 'use one of mqtt://'],
    ['pulsar://h', 'use one of mqtt://'],
    ['nats://h', 'use one of mqtt://']
  ])('%s: %s', async (text, suggestion) => {
    expect(await failureOf(text)).toMatchObject({
      code: 'unknown-scheme',
      suggestion: expect.stringContaining(suggestion)
    })
  })
})

it.each([
  ['kafka', 'kafka'],
  ['rabbitmq', 'amqp'],
  ['local', 'local'],
  ['lamp', undefined],
  ['__proto__', undefined],
  ['', undefined]
])('the scheme that is meant with the name %s is %s', (name, scheme) => {
  expect(transports.schemeMeant(name)).toBe(scheme)
})
