import type { BrokerCheck, CheckOptions } from '../../../core/broker-check.js'
import { type Ability, type Latency, latencyOf } from '../../../core/broker-findings.js'
import type { ConnectionOptions } from '../../../core/connection.js'
import { TidingsError } from '../../../core/errors.js'
import type { MqttBrokerConnection, MqttBrokerTraits } from '../broker-traits.js'
import {
  probeLatency,
  probeNames,
  probeQos,
  probeRetained,
  probeSession,
  probeSharing,
  probeSystemChannels,
  probeVersion,
  type QosAnswer,
  UNHEARD
} from './broker-probes.js'
import { mqttFindings, mqttWarnings } from './mqtt-findings.js'
import { ProbeConnection, type ProbeWorld } from './probe-connection.js'

/** What a broker did in the check. */
export interface MqttCheck {
  /** What it said of itself. */
  readonly broker: MqttBrokerTraits
  readonly versions: readonly ('5' | '3.1.1')[]
  readonly qos: readonly QosAnswer[]
  readonly retained: { readonly byName: Ability; readonly byPattern: Ability }
  readonly shared: Ability
  readonly session: Ability
  /** The number of `$SYS` channels on which it publishes facts about itself. */
  readonly systemChannels: number
  /** Valid channel names that it does not carry unchanged. */
  readonly names: readonly { readonly name: string; readonly note: string }[]
  /** Round trips at QoS 1, in microseconds. */
  readonly latency: Latency | undefined
}

export interface Questions extends ProbeWorld {
  /** The session for the probe. Nobody else uses it. */
  readonly session: string
  /** The versions to try. */
  readonly versions: readonly ('5' | '3.1.1')[]
  readonly roundTrips: number
}

/** As `Protocol.checkBroker`. */
export async function checkBroker(
  options: CheckOptions,
  open: (options: ConnectionOptions) => Promise<MqttBrokerConnection>
): Promise<BrokerCheck> {
  const { below, id, patience, roundTrips, stop, clock } = options
  // No last will: some brokers publish it after a DISCONNECT, too.
  const { clientId: _clientId, session: _session, mqtt, ...connection } = options.connection
  const version = mqtt?.version ?? 'auto'
  let onNotice: ConnectionOptions['onNotice'] | undefined = connection.onNotice
  const check = await askBroker({
    connect: async (wish) => {
      // Only the first connection passes its notices on. The later ones would repeat them.
      const tell = onNotice
      onNotice = undefined
      return open({
        ...connection,
        ...wish,
        mqtt: { version: wish.version ?? version },
        onNotice: (notice) => {
          tell?.(notice)
          wish.onNotice(notice)
        }
      })
    },
    clock,
    scratch: `${below}/${id}`,
    session: id,
    versions: version === 'auto' ? ['5', '3.1.1'] : [version],
    patience,
    roundTrips,
    stop
  })
  return { broker: check.broker.url, findings: mqttFindings(check), warnings: mqttWarnings(check) }
}

/**
 * Asks a broker one question after the other, each on a connection of its own, and leaves nothing behind.
 * @throws TidingsError as `Protocol.open`, if there is no connection; interrupted
 */
export async function askBroker(options: Questions): Promise<MqttCheck> {
  /** Questions are not asked in parallel: brokers count connections, and the latency has to be that of a quiet broker. */
  const ask = async <T>(question: (world: ProbeWorld) => Promise<T>): Promise<T> => {
    const answer = await question(options)
    if (!options.stop.aborted) return answer
    throw new TidingsError('interrupted', 'interrupted: the check is not complete', {
      code: 'interrupted',
      details: { signal: String(options.stop.reason) }
    })
  }
  const first = await ProbeConnection.open(options)
  const { broker } = first
  await first.close()
  const versions: ('5' | '3.1.1')[] = []
  for (const version of options.versions) {
    if (await ask((world) => probeVersion(world, version))) versions.push(version)
  }
  const qos: QosAnswer[] = []
  for (const asked of [0, 1, 2] as const) qos.push(await ask((world) => probeQos(world, asked)))
  const base = { broker, versions, qos, systemChannels: await ask(probeSystemChannels) }
  // Nothing came back, so all further questions would wait in vain.
  if (qos.every(({ delivered }) => delivered === undefined)) {
    const retained = { byName: UNHEARD, byPattern: UNHEARD }
    return { ...base, retained, shared: UNHEARD, session: UNHEARD, names: [], latency: undefined }
  }
  return {
    ...base,
    retained: await ask(probeRetained),
    shared: await ask(probeSharing),
    session: await ask((world) => probeSession(world, options.session)),
    names: await ask(probeNames),
    latency: latencyOf(await ask((world) => probeLatency(world, options.roundTrips)))
  }
}
