import type { Capabilities } from '../core/capabilities.js'
import { TidingsError } from '../core/errors.js'
import type { Protocol, Transports } from '../core/protocol.js'
import { AMQP_SYNONYMS } from './amqp/amqp-schemes.js'
import { schemeOf } from './broker-url.js'
import { KAFKA_SYNONYMS } from './kafka/kafka-schemes.js'
import { MQTT_SYNONYMS } from './mqtt/mqtt-schemes.js'
import { type KnownSchemes, schemeSlip, schemesMeant, unknownScheme } from './unknown-scheme.js'

/** A protocol and the schemes of its URLs. */
export interface TransportRow extends KnownSchemes {
  /** Loads the protocol, for brokers with these URLs. */
  readonly load: (brokers: readonly string[]) => Promise<Protocol>
}

/** Each protocol is one row, and a folder beside this file. The first scheme of the first row is that of a bare `host:port`. */
export const ROWS: readonly TransportRow[] = [
  {
    schemes: ['mqtt', 'mqtts', 'ws', 'wss', 'mqtt+unix', 'local'],
    synonyms: MQTT_SYNONYMS,
    load: async () => (await import('./mqtt/mqtt.js')).mqtt
  },
  {
    schemes: ['amqp', 'amqps'],
    synonyms: AMQP_SYNONYMS,
    load: async (brokers) => (await import('./amqp/amqp.js')).amqpFor(brokers)
  },
  {
    schemes: ['kafka', 'kafkas'],
    synonyms: KAFKA_SYNONYMS,
    load: async () => (await import('./kafka/kafka.js')).kafka
  }
]

/** Finds the protocols of these rows by the URLs of brokers. */
export function createTransports(rows: readonly TransportRow[]): Transports {
  return {
    async find(brokers) {
      const [first, ...others] = brokers.map((text) => findScheme(text, rows))
      if (first === undefined) {
        throw new TidingsError('usage', 'cannot connect: no broker is named', { code: 'broker-missing' })
      }
      if (others.some(({ row }) => row !== first.row)) {
        throw new TidingsError('usage', 'cannot fail over between brokers of different protocols', {
          code: 'mixed-brokers',
          suggestion: 'name brokers of one protocol only'
        })
      }
      const protocol = await first.row.load(brokers)
      const rowOf = ({ scheme, isImplied }: FoundScheme) => ({
        scheme,
        ...(isImplied && { isImplied }),
        capabilities: capabilitiesOf(protocol, scheme)
      })
      return { protocol, rows: [rowOf(first), ...others.map(rowOf)] }
    },
    async schemesWith(capability) {
      const first = rows.flatMap(({ schemes: [scheme], load }) =>
        scheme === undefined ? [] : [{ scheme, load }]
      )
      const able = await Promise.all(
        first.map(async ({ scheme, load }) => capabilitiesOf(await load([]), scheme)[capability] === true)
      )
      return first.flatMap(({ scheme }, at) => (able[at] ? [scheme] : []))
    },
    schemeMeant: (name) => schemesMeant(name, rows)[0]
  }
}

function capabilitiesOf({ name, capabilities }: Protocol, scheme: string): Capabilities {
  const row = capabilities[scheme]
  if (row === undefined) throw new Error(`${name} does not say what it can do over ${scheme}`)
  return row
}

interface FoundScheme {
  readonly row: TransportRow
  readonly scheme: string
  readonly isImplied: boolean
}

function findScheme(text: string, rows: readonly TransportRow[]): FoundScheme {
  const scheme = schemeOf(text) || undefined
  const slip = scheme === undefined ? schemeSlip(text, rows) : undefined
  if (slip !== undefined) throw slip
  const name = scheme ?? rows[0]?.schemes[0] ?? ''
  const row = rows.find(({ schemes }) => schemes.includes(name))
  if (row === undefined) throw unknownScheme(text, name, rows)
  return { row, scheme: name, isImplied: scheme === undefined }
}

/** The protocols of this program. */
export const transports: Transports = createTransports(ROWS)
