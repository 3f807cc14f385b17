import type { Clock } from '../core/clock.js'
import type { BrokerConnection, ConnectionOptions, OpenConnection } from '../core/connection.js'
import { TidingsError } from '../core/errors.js'
import { type Ability, probeSharing } from './broker-probes.js'
import type { ProbeWorld } from './probe-line.js'

/** How long a broker may take to deliver to a group, in milliseconds. */
const PATIENCE = 2000

/** What to do where a broker shares no messages among a group. */
export const WITHOUT_GROUPS =
  'leave out --group, or name a broker that has groups, such as mosquitto: --broker HOST'

export interface GroupCheck {
  /** Where the group is about to be joined. */
  readonly connection: BrokerConnection
  /** How that was connected. */
  readonly options: ConnectionOptions
  readonly openConnection: OpenConnection
  readonly clock: Clock
  readonly stop: AbortSignal
}

/**
 * Makes sure that the broker delivers to groups, where the protocol (3.1.1) does not let it say so: RabbitMQ 3.10 and NATS 2.9
 * grant what a group subscribes to and then deliver nothing, for ever. This takes a second connection and two small messages
 * below `tidings-check/`. The connection is closed if it does not.
 * @throws TidingsError refused, `groups-unsupported`
 */
export async function confirmGroups({
  connection,
  options,
  openConnection,
  clock,
  stop
}: GroupCheck): Promise<void> {
  if (connection.broker.sharedAvailable !== undefined) return
  const { will: _will, clientId: _clientId, ...others } = options
  const { url, clientId } = connection.broker
  const { works, note } = await tryToShare({
    connect: (wish) => openConnection({ ...others, ...wish }),
    clock,
    // As unique as the client's name, in characters that every broker takes.
    scratch: `tidings-check/${clientId.replace(/[^\w-]/g, '-')}`,
    patience: PATIENCE,
    stop
  })
  if (works || stop.aborted) return
  if (works === undefined) {
    const text = `the broker speaks MQTT 3.1.1, which has no groups; whether it knows them all the same is unknown (${note}): if not, nothing will arrive`
    options.onNotice({ kind: 'warning', text })
    return
  }
  await connection.close()
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
