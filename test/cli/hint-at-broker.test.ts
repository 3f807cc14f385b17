import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withHintAtBroker } from '../../src/cli/hint-at-broker.js'
import { TidingsError } from '../../src/core/errors.js'
import { transports } from '../../src/transport/transports.js'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-hint-'))
  mkdirSync(join(folder, 'tidings'))
  writeFileSync(
    join(folder, 'tidings', 'profiles.toml'),
    '[profiles.production]\nbroker = "h"\n[profiles.kafka]\nbroker = "h"\n',
    { mode: 0o600 }
  )
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const CHECK = 'check the name of the host'
const unknownHost = (code = 'unknown-host') =>
  new TidingsError('connect', 'cannot connect to "mqtt://h:1883": unknown host', { code, suggestion: CHECK })

async function suggestionFor(brokers: readonly string[], error: unknown = unknownHost(), profiles = true) {
  const env = { XDG_CONFIG_HOME: profiles ? folder : join(folder, 'none') }
  const told = await withHintAtBroker(error, brokers, { env, transports })
  return told instanceof TidingsError ? told.suggestion : told
}

describe('a host that does not exist', () => {
  it.each([
    ['embedded', 'for the embedded broker: --broker local'],
    ['Built-in', 'for the embedded broker: --broker local'],
    ['loca', 'did you mean local? It is the embedded broker: --broker local'],
    ['locl', 'did you mean local? It is the embedded broker: --broker local'],
    ['localhots', 'did you mean localhost?'],
    ['localhost1', 'did you mean localhost?'],
    ['kafka://localhots:9092', 'did you mean localhost?'],
    ['amqp://ada:x%40y@locahost/shop', 'did you mean localhost?'],
    ['locahost:1883', 'did you mean localhost?'],
    ['rabbitmq', 'check the name of the host; with a protocol, the broker is written amqp://HOST'],
    ['mqtt', 'check the name of the host; with a protocol, the broker is written mqtt://HOST'],
    ['kafka', 'there is a profile of that name: --profile kafka'],
    ['porduction', 'did you mean --profile production?'],
    ['broker', CHECK],
    ['broker.example', CHECK],
    ['kafka://production1', CHECK],
    ['kafka://local1', CHECK],
    ['kafka://a,localhots', CHECK]
  ])('%s: %s', async (broker, suggestion) => {
    expect(await suggestionFor([broker])).toBe(suggestion)
  })

  it('is no profile where there are none', async () => {
    expect(await suggestionFor(['porduction'], unknownHost(), false)).toBe(CHECK)
    expect(await suggestionFor(['kafka'], unknownHost(), false)).toContain('written kafka://HOST')
  })

  it('is not guessed among several, of which one is the name of a profile at most', async () => {
    expect(await suggestionFor(['localhots', 'embedded'])).toBe(CHECK)
    expect(await suggestionFor(['h', 'production'])).toBe(
      'there is a profile of that name: --profile production'
    )
  })
})

it('a host that exists and does not answer keeps its hint, unless it is the name of a profile', async () => {
  const refused = unknownHost('connection-refused')
  expect(await suggestionFor(['embedded'], refused)).toBe(CHECK)
  expect(await suggestionFor(['production'], refused)).toContain('--profile production')
})

it('another failure stays as it is', async () => {
  for (const error of [new TidingsError('usage', 'no', { code: 'unknown-host' }), new Error('a bug')])
    expect(await withHintAtBroker(error, ['embedded'], { env: {}, transports })).toBe(error)
})
