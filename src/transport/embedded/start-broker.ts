import type { Duplex } from 'node:stream'
import { REASON } from '../mqtt/reason-codes.js'
import { type Authenticate, Broker } from './broker.js'
import { type BrokerLimits, DEFAULT_LIMITS } from './broker-limits.js'
import { ClientConnection } from './protocol/client-connection.js'
import { PacketError } from './protocol/packet-error.js'
import { BrokerState } from './state/broker-state.js'
import type { OpenedState } from './state/open-state.js'

export interface BrokerOptions {
  /** What is kept, and where changes go; nothing outlives the broker when absent. The broker closes it. */
  readonly opened?: OpenedState
  /** Everyone may connect when absent. */
  readonly authenticate?: Authenticate
  readonly limits?: Partial<BrokerLimits>
}

export interface BrokerCounts {
  readonly clients: number
  /** Messages that clients published since the start. */
  readonly published: number
  readonly retained: number
  readonly sessions: number
  readonly queued: number
  /** Messages that a session's full queue did not take. */
  readonly dropped: number
  /** Stored messages that could not be read any more. */
  readonly unreadable: number
  /** Why nothing can be stored at the moment; null: it can. */
  readonly storeFailure: string | null
  /** What was damaged in the store when the broker started. */
  readonly damage: readonly string[]
}

export interface AcceptOptions {
  /** Whoever reaches this stream needs no credentials. */
  readonly open?: boolean
  /** Called once the client is let in. */
  readonly onConnected?: () => void
}

/** A broker inside this process: it is handed streams and speaks MQTT 3.1, 3.1.1 and 5 on them. */
export interface EmbeddedBroker {
  /** Serves one client on this stream. */
  accept(stream: Duplex, options?: AcceptOptions): void
  counts(): BrokerCounts
  /** Says goodbye to every client and ends. Resolves to why something could not be stored, if so; nothing of that was acknowledged. */
  stop(): Promise<string | undefined>
}

/** Milliseconds that a client has to read that the broker stops. */
const FAREWELL = 500
/** Milliseconds between two looks at who is silent. */
const LOOK = 200

/** Starts a broker. */
export function startBroker(options: BrokerOptions = {}): EmbeddedBroker {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const state = options.opened?.state ?? new BrokerState(limits)
  const damage = options.opened?.damage.map(formatDamage) ?? []
  const broker = new Broker(state, limits, options.authenticate)
  const looking = setInterval(() => {
    lookAtSilent(broker)
    broker.endDue()
  }, LOOK)
  looking.unref()

  return {
    accept(stream, { open = false, onConnected = () => undefined } = {}) {
      broker.connections.add(new ClientConnection(stream, broker, !open, onConnected))
    },
    counts: () => ({
      clients: [...broker.connections].filter(({ session }) => session !== undefined).length,
      published: broker.published,
      retained: state.retained.count,
      sessions: [...state.sessions.values()].filter(({ no }) => no > 0).length,
      queued: state.queued,
      dropped: state.dropped,
      unreadable: state.unreadable,
      storeFailure: state.failure?.message ?? null,
      damage
    }),
    async stop() {
      clearInterval(looking)
      const bye = new PacketError(REASON.serverShuttingDown, 'the broker stops')
      const leaving: ClientConnection[] = []
      for (const connection of [...broker.connections]) {
        connection.dropWill()
        connection.end(bye)
        leaving.push(connection)
      }
      const isStored = state.close()
      const cut = setTimeout(() => {
        for (const connection of leaving) connection.cut()
      }, FAREWELL)
      await Promise.all(leaving.map(({ gone }) => gone))
      clearTimeout(cut)
      return isStored ? undefined : state.failure?.message
    }
  }
}

/** Lets go whom nothing was heard of for too long, and who takes nothing while others wait or much waits for it. */
function lookAtSilent({ connections, limits }: Broker): void {
  const now = performance.now()
  for (const connection of [...connections]) {
    const { delivery, heardAt } = connection
    if (delivery === undefined) {
      if (now - heardAt > limits.connectTime)
        connection.end(new PacketError(REASON.unspecified, 'no CONNECT came'))
      continue
    }
    if (connection.isHeldUp) connection.heardAt = now
    else if (now - heardAt > connection.patience) {
      connection.end(new PacketError(KEEP_ALIVE, 'nothing was heard for one and a half keep-alives'))
      continue
    }
    if (!delivery.isWaiting) delivery.progressAt = now
    if (now - delivery.progressAt > limits.stall) connection.end(TAKES_NOTHING)
    else if (now - connection.waitedForSince > limits.patience) connection.stall()
  }
}

const KEEP_ALIVE = 0x8d
const TAKES_NOTHING = new PacketError(REASON.quotaExceeded, 'too much waits for it, and it takes nothing')

function formatDamage({ what, messages }: { readonly what: string; readonly messages?: number }): string {
  return messages === undefined ? what : `${what}: up to ${messages} messages are lost`
}
