import type { Ability } from '../../../core/broker-findings.js'
import type { Clock } from '../../../core/clock.js'
import type { ConnectionOptions } from '../../../core/connection.js'
import { TidingsError } from '../../../core/errors.js'
import type { MqttBrokerConnection } from '../broker-traits.js'
import { WITHOUT_GROUPS } from '../mqtt-capabilities.js'
import { probeSharing } from './broker-probes.js'
import type { ProbeWorld } from './probe-connection.js'

/** How long a broker may take to deliver to a group, in milliseconds. */
const PATIENCE = 2000

export interface GroupCheck {
  /** The connection that is about to join a group. */
  readonly connection: MqttBrokerConnection
  /** The options of that connection. */
  readonly options: ConnectionOptions
  /** Makes another connection to the same brokers. */
  readonly open: (options: ConnectionOptions) => Promise<MqttBrokerConnection>
  readonly clock: Clock
  readonly stop: AbortSignal
}

/**
 * Checks that the broker delivers to groups, where the protocol (3.1.1) has no way for the broker to say so. RabbitMQ 3.10 and NATS 2.9
 * grant the subscription of a group, and then never deliver anything. The check takes a second connection and two small messages below
 * `tidings-check/`.
 * @throws TidingsError refused, `groups-unsupported`
 */
export async function confirmGroups({ connection, options, open, clock, stop }: GroupCheck): Promise<void> {
  const { clientId: _clientId, session: _session, mqtt, ...others } = options
  const { url, clientId, mqtt: traits } = connection.broker
  if (traits.sharedAvailable !== undefined) return
  const { works, note } = await tryToShare({
    connect: ({ onNotice }) =>
      open({ ...others, signal: stop, mqtt: { version: mqtt?.version ?? traits.version }, onNotice }),
    clock,
    // As unique as the client's name, in characters that every broker accepts.
    scratch: `tidings-check/${clientId.replace(/[^\w-]/g, '-')}`,
    patience: PATIENCE,
    stop
  })
  if (works || stop.aborted) return
  if (works === undefined) {
    const text = `the broker speaks MQTT 3.1.1, and tidings could not find out whether it supports groups (${note}); without groups, no message will arrive`
    options.onNotice({ kind: 'warning', text })
    return
  }
  throw new TidingsError(
    'refused',
    `cannot subscribe as a group at "${url}": the broker has no groups (${note})`,
    {
      code: 'groups-unsupported',
      suggestion: WITHOUT_GROUPS,
      details: { broker: url }
    }
  )
}

async function tryToShare(world: ProbeWorld): Promise<Ability> {
  try {
    return await probeSharing(world)
  } catch (error) {
    if (!(error instanceof TidingsError)) throw error
    return { works: undefined, note: error.message }
  }
}
