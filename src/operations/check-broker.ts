import type { BrokerTraits } from '../core/connection.js'
import { TidingsError } from '../core/errors.js'
import {
  type Ability,
  probeLatency,
  probeNames,
  probeProtocol,
  probeQos,
  probeRetained,
  probeSession,
  probeSharing,
  probeSystemChannels,
  type QosAnswer,
  UNHEARD
} from './broker-probes.js'
import { ProbeLine, type ProbeWorld } from './probe-line.js'

/** What a broker was seen to do. */
export interface BrokerCheck {
  /** What it said of itself. */
  readonly broker: BrokerTraits
  readonly protocols: readonly ('5' | '3.1.1')[]
  readonly qos: readonly QosAnswer[]
  readonly retained: { readonly byName: Ability; readonly byPattern: Ability }
  readonly shared: Ability
  readonly session: Ability
  /** On how many `$SYS` channels it tells about itself. */
  readonly systemChannels: number
  /** Allowed names of channels that it does not carry as they are. */
  readonly names: readonly { readonly name: string; readonly note: string }[]
  /** Round trips at QoS 1, in microseconds. */
  readonly latency: { readonly rounds: number; readonly min: number; readonly median: number } | undefined
}

export interface CheckOptions extends ProbeWorld {
  /** The id of the session that is probed; nobody else's. */
  readonly clientId: string
  /** The protocols to try. */
  readonly protocols: readonly ('5' | '3.1.1')[]
  readonly rounds: number
}

/**
 * Asks a broker one question after the other, each on a connection of its own, and leaves nothing behind.
 * @throws TidingsError as `openConnection`, if there is no connection; interrupted
 */
export async function checkBroker(options: CheckOptions): Promise<BrokerCheck> {
  /** Not in parallel: brokers count connections, and the latency is to be that of a quiet one. */
  const ask = async <T>(question: (world: ProbeWorld) => Promise<T>): Promise<T> => {
    const answer = await question(options)
    if (!options.stop.aborted) return answer
    throw new TidingsError('interrupted', 'interrupted: the check is not complete', { code: 'interrupted' })
  }
  const first = await ProbeLine.open(options)
  const { broker } = first
  await first.close()
  const protocols: ('5' | '3.1.1')[] = []
  for (const protocol of options.protocols) {
    if (await ask((world) => probeProtocol(world, protocol))) protocols.push(protocol)
  }
  const qos: QosAnswer[] = []
  for (const asked of [0, 1, 2] as const) qos.push(await ask((world) => probeQos(world, asked)))
  const base = { broker, protocols, qos, systemChannels: await ask(probeSystemChannels) }
  // Everything else would only be waited for in vain.
  if (qos.every(({ delivered }) => delivered === undefined)) {
    const retained = { byName: UNHEARD, byPattern: UNHEARD }
    return { ...base, retained, shared: UNHEARD, session: UNHEARD, names: [], latency: undefined }
  }
  return {
    ...base,
    retained: await ask(probeRetained),
    shared: await ask(probeSharing),
    session: await ask((world) => probeSession(world, options.clientId)),
    names: await ask(probeNames),
    latency: summary(await ask((world) => probeLatency(world, options.rounds)))
  }
}

function summary(times: readonly number[]): BrokerCheck['latency'] {
  const sorted = [...times].sort((one, other) => one - other)
  const min = sorted[0]
  const median = sorted[Math.floor((sorted.length - 1) / 2)]
  if (min === undefined || median === undefined) return undefined
  return { rounds: sorted.length, min, median }
}
