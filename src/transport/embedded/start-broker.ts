import type { Duplex } from 'node:stream'
import type { BrokerCounts } from '../../core/broker-status.js'
import { systemReason } from '../../core/system-reason.js'
import { REASON } from '../mqtt/reason-codes.js'
import type { Authenticate } from './broker/admission.js'
import { Broker } from './broker/broker.js'
import { type BrokerLimits, DEFAULT_LIMITS } from './broker-limits.js'
import { ClientConnection } from './protocol/client-connection.js'
import { PacketError } from './protocol/packet-error.js'
import { BrokerState } from './state/broker-state.js'
import { damageReport } from './state/damage-report.js'
import type { OpenedState } from './state/open-state.js'

export interface BrokerOptions {
  /** What is kept, and where changes go; nothing outlives the broker when absent. The broker closes it. */
  readonly opened?: OpenedState
  /** Everyone may connect when absent. */
  readonly authenticate?: Authenticate
  readonly limits?: Partial<BrokerLimits>
  /** Told when the store cannot be written or read, and when it can be written again: one line for people. */
  onTrouble?(text: string): void
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
  const damage = options.opened === undefined ? [] : damageReport(options.opened)
  tellTroubles(state, options.onTrouble ?? (() => undefined))
  const broker = new Broker(state, limits, options.authenticate)
  broker.ends.endDue()
  const looking = setInterval(() => {
    lookAtSilent(broker)
    broker.ends.endDue()
  }, LOOK)
  looking.unref()

  return {
    accept(stream, { open = false, onConnected = () => undefined } = {}) {
      broker.connections.add(new ClientConnection(stream, broker, !open, onConnected))
    },
    counts: () => ({
      clients: [...broker.connections].filter(({ session }) => session !== undefined).length,
      published: broker.publishing.published,
      retained: state.retained.count,
      sessions: state.durable,
      queued: state.queued,
      dropped: state.dropped,
      unreadable: state.messages.unreadable.size,
      storeFailure: state.failure === undefined ? null : systemReason(state.failure),
      damage
    }),
    async stop() {
      clearInterval(looking)
      const bye = new PacketError(REASON.serverShuttingDown, 'the broker stops')
      const leaving: ClientConnection[] = []
      broker.ends.defer()
      for (const connection of [...broker.connections]) {
        connection.end(bye)
        leaving.push(connection)
      }
      const isStored = state.close()
      const cut = setTimeout(() => {
        for (const connection of leaving) connection.cut()
      }, FAREWELL)
      await Promise.all(leaving.map(({ gone }) => gone))
      clearTimeout(cut)
      return isStored ? undefined : systemReason(state.failure)
    }
  }
}

/** Lets go whom nothing was heard of for too long, and who reads nothing. Nobody waits any longer for who takes nothing. */
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
    if (connection.output.backlog === 0) delivery.progressAt = now
    if (now - delivery.progressAt > limits.stall) connection.cut()
    else if (now - connection.waitedForSince > limits.patience) connection.stall()
  }
}

const KEEP_ALIVE = 0x8d

function tellTroubles(state: BrokerState, tell: (text: string) => void): void {
  const { journal } = state.changes
  let before = ''
  if (journal !== undefined)
    journal.onChange = (failure) => {
      if (failure === undefined) {
        // Says it all: a full disk may not have taken the first line either.
        tell(`the store can be written again; since ${before}`)
        return
      }
      const why = systemReason(failure)
      before = `${new Date().toISOString()} it could not: ${why}`
      tell(`the store cannot be written: ${why}; messages that have to be stored are refused until it can`)
    }
  state.messages.onUnreadable = () => {
    const { size } = state.messages.unreadable
    // Thousands may lie in one damaged file.
    if (Number.isInteger(Math.log2(size)))
      tell(
        `the store is damaged: ${size} stored ${size === 1 ? 'message' : 'messages'} cannot be read and will not be delivered`
      )
  }
}
