import type { ConnectionOptions } from '../../core/connection.js'
import { formatDuration } from '../../core/duration.js'
import { TidingsError } from '../../core/errors.js'
import type { BrokerUrl } from '../broker-url.js'
import type { SocketOptions } from '../sockets/open-socket.js'
import { BackOff, pause } from './back-off.js'
import { BrokerRotation } from './broker-rotation.js'
import { isWorthRetrying } from './connect-failure.js'
import { TOPIC_ALIAS_MAXIMUM } from './connect-packet.js'
import { MessageExchange } from './exchange/message-exchange.js'
import { type ConnectionParts, MqttConnection } from './mqtt-connection.js'
import type { ExchangeLink, NetworkConnection } from './network-connection.js'
import { SessionPolicy } from './session-policy.js'
import { sinceBoot } from './since-boot.js'
import { transportClock } from './transport-clock.js'

/** Connects to the first of the brokers that accepts. `openMqtt` has checked the options. */
export async function openMqttConnection(
  brokers: readonly BrokerUrl[],
  sockets: SocketOptions,
  options: ConnectionOptions
): Promise<MqttConnection> {
  const { onNotice } = options
  const policy = new SessionPolicy(options)
  const rotation = new BrokerRotation({
    brokers,
    sockets,
    version: options.mqtt?.version ?? 'auto',
    timeout: options.connectTimeout,
    onNotice
  })
  let onReceiverFailed: (error: unknown) => void = () => {}
  const exchange = new MessageExchange({
    topicAliasMaximum: TOPIC_ALIAS_MAXIMUM,
    onNotice: (text) => onNotice({ kind: 'warning', text }),
    onProtocolError: (reason) => link.onProtocolError(reason),
    onReceiverFailed: (error) => onReceiverFailed(error)
  })
  const link: ExchangeLink = { exchange, onProtocolError: () => {} }
  const network = await firstConnection(rotation, policy, link, options)
  policy.noteConnected()
  const open = (others: ConnectionOptions) => openMqttConnection(brokers, sockets, others)
  const confirmGroups: ConnectionParts['confirmGroups'] = async (connection, stop) => {
    const probes = await import('./probes/confirm-groups.js')
    return probes.confirmGroups({ connection, options, open, clock: transportClock, stop })
  }
  const connection = new MqttConnection(
    { rotation, policy, exchange, link, onNotice, confirmGroups },
    network
  )
  onReceiverFailed = (error) => connection.failReceiver(error)
  return connection
}

/** Tries once or, where the options say so, for a while. A refusal, or a failure of TLS that does not pass, ends the attempts. */
async function firstConnection(
  rotation: BrokerRotation,
  policy: SessionPolicy,
  link: ExchangeLink,
  options: ConnectionOptions
): Promise<NetworkConnection> {
  const signal = options.signal ?? new AbortController().signal
  const backOff = new BackOff()
  const deadline = sinceBoot() + options.wait
  let told = ''
  for (;;) {
    try {
      return await rotation.connect(policy.request, link, signal)
    } catch (error) {
      if (signal.aborted) throw interrupted(signal.reason)
      const left = deadline - sinceBoot()
      if (!(error instanceof TidingsError) || !isWorthRetrying(error) || left <= 0) throw error
      if (error.message !== told) {
        told = error.message
        const text = `${told}; trying again for ${formatDuration(Math.ceil(left / 100) * 100)}`
        options.onNotice({ kind: 'waiting', text })
      }
      await pause(Math.min(backOff.next(), left), signal)
      if (signal.aborted) throw interrupted(signal.reason)
    }
  }
}

function interrupted(reason: unknown): TidingsError {
  if (reason instanceof TidingsError) return reason
  return new TidingsError('interrupted', 'cannot connect: it was interrupted', {
    code: 'interrupted',
    cause: reason
  })
}
