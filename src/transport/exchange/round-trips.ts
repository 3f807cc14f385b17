import type { CheckOptions } from '../../core/broker-check.js'
import type { Ability } from '../../core/broker-findings.js'
import type { BrokerConnection, PublishReport, Receiver } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import { type Message, NO_HEADERS, payloadBytes } from '../../core/message.js'
import { soon } from '../../core/soon.js'

/** What became of messages that a check published. */
export interface RoundTrips {
  readonly publish: Ability
  readonly deliver: Ability
  readonly unheard: Ability
  /** How long each took from `publish` until the message was there, in microseconds. */
  readonly times: readonly number[]
}

const UNKNOWN: Ability = { works: undefined, note: 'nothing could be published' }

/**
 * Publishes and looks at what comes back, one message after the other, so that each is timed at a quiet broker.
 * @param channels one that is subscribed to; and one of the first message, which may be the same
 * @param whyHeld why the broker takes nothing at present, in words; undefined if nobody knows of a reason
 */
export async function timeRoundTrips(
  connection: BrokerConnection,
  channels: { readonly heard: string; readonly unheard: string },
  options: CheckOptions,
  whyHeld: () => string | undefined = () => undefined
): Promise<RoundTrips> {
  const { clock } = options
  let awaited: string | undefined
  let arrived: () => void = () => {}
  const receive: Receiver = (batch) => {
    if (batch.some((message) => Buffer.from(payloadBytes(message)).toString() === awaited)) arrived()
  }
  const refusal = await whyNotSubscribed(connection, channels.heard, receive, options)

  const unheardReport = await publish(connection, channels.unheard, 'tidings', options)
  const ability = publishAbility(unheardReport, whyHeld)
  if (ability.works !== true) return { publish: ability, deliver: UNKNOWN, unheard: UNKNOWN, times: [] }
  const unheard = { works: (unheardReport?.unheard ?? 0) > 0 }
  if (refusal !== undefined)
    return { publish: ability, deliver: { works: undefined, note: refusal }, unheard, times: [] }

  const times: number[] = []
  for (let round = 0; round < options.roundTrips; round++) {
    const arrival = new Promise<true>((resolve) => {
      arrived = () => resolve(true)
    })
    awaited = `tidings ${round}`
    const start = clock.monotonic()
    const report = await publish(connection, channels.heard, awaited, options)
    if (report?.acknowledged !== 1 || (await soon(arrival, options)) === undefined) break
    times.push(clock.monotonic() - start)
  }
  // RabbitMQ takes the message over which it notices that it has no room.
  const held = whyHeld()
  const late = { works: false, note: held ?? 'nothing came back in time' }
  const deliver = times.length > 0 ? { works: true } : late
  return { publish: held === undefined ? ability : { works: false, note: held }, deliver, unheard, times }
}

/** Why nothing can be subscribed to, in words; `undefined` if it can. */
async function whyNotSubscribed(
  connection: BrokerConnection,
  pattern: string,
  receive: Receiver,
  options: CheckOptions
): Promise<string | undefined> {
  try {
    const grants = await soon(connection.subscribe([{ pattern, guarantee: 1 }], receive), options)
    if (grants === undefined) return 'no answer in time'
    const [grant] = grants
    return grant?.guarantee === undefined ? (grant?.reason ?? 'it is not granted') : undefined
  } catch (error) {
    if (error instanceof TidingsError && error.kind !== 'interrupted') return error.message
    throw error
  }
}

function publish(
  connection: BrokerConnection,
  channel: string,
  text: string,
  options: CheckOptions
): Promise<PublishReport | undefined> {
  const payload = Buffer.from(text)
  const message: Message = { channel, payload, headers: NO_HEADERS, guarantee: 1 }
  return soon(connection.publish([message]), options)
}

function publishAbility(report: PublishReport | undefined, whyHeld: () => string | undefined): Ability {
  if (report === undefined) {
    const held = whyHeld()
    return held === undefined ? { works: undefined, note: 'no answer in time' } : { works: false, note: held }
  }
  const [refusal] = report.refused
  if (refusal !== undefined) return { works: false, note: refusal.reason }
  return report.acknowledged === 1 ? { works: true } : { works: undefined, note: 'the connection was lost' }
}
