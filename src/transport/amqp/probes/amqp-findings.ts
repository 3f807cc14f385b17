import type { Finding } from '../../../core/broker-check.js'
import { type Ability, abilityFinding, type Latency, latencyFinding } from '../../../core/broker-findings.js'
import { formatByteSize } from '../../../core/byte-size.js'
import { jsonObject } from '../../../core/catalogue/json-tree.js'
import type { Agreement } from '../handshake.js'

/** What a broker did in the check. */
export interface AmqpCheck {
  readonly agreement: Agreement
  readonly vhost: string
  readonly exchange: string
  /** The exchange is there. */
  readonly exists: Ability
  /** The user may make queues. */
  readonly declare: Ability
  /** The user may have messages of the exchange put into a queue. */
  readonly bind: Ability
  /** The user may publish to the exchange, and the broker confirms it. */
  readonly publish: Ability
  /** What was published comes back. */
  readonly deliver: Ability
  /** The broker says when nobody is subscribed. */
  readonly unheard: Ability
  /** Queues for sessions and groups can be made. */
  readonly session: Ability
  readonly quorumQueues: Ability
  readonly streams: Ability
  readonly latency: Latency | undefined
}

/** What a check found out, in words and in JSON. */
export function amqpFindings(check: AmqpCheck): Finding[] {
  const { agreement, vhost, exchange, session } = check
  const { broker, frameMax, highestChannel, heartbeat } = agreement
  const product = broker.get('product') ?? 'unknown'
  const version = broker.get('version')
  const cluster = broker.get('cluster_name')
  return [
    { name: 'protocols', value: ['0-9-1'], lines: [['Protocol', 'AMQP 0-9-1']] },
    {
      name: 'product',
      value: jsonObject({ name: product, version: version ?? null, cluster: cluster ?? null }),
      lines: [
        ['Product', version === undefined ? product : `${product} ${version}`],
        ...(cluster === undefined ? [] : [['Cluster', cluster] as const])
      ]
    },
    { name: 'vhost', value: vhost, lines: [['Virtual host', vhost]] },
    {
      name: 'limits',
      value: jsonObject({ frameMax, channels: highestChannel, heartbeat }),
      lines: [
        [
          'Limits',
          `frames of ${formatByteSize(frameMax)}, ${highestChannel} channels, ${heartbeat === 0 ? 'no heartbeats' : `a heartbeat each ${heartbeat} s`}`
        ]
      ]
    },
    { name: 'exchangeName', value: exchange, lines: [['Exchange', exchange]] },
    abilityFinding('exchange', '  exists', check.exists),
    abilityFinding('publish', '  publish', check.publish),
    abilityFinding('bind', '  subscribe', check.bind),
    abilityFinding('deliver', '  delivers', check.deliver),
    abilityFinding('unheard', '  unheard', check.unheard),
    abilityFinding('declare', 'New queues', check.declare),
    abilityFinding('session', 'Sessions', session),
    // A group is such a queue with several readers.
    abilityFinding('shared', 'Groups', session),
    abilityFinding('quorumQueues', 'Quorum queues', check.quorumQueues),
    abilityFinding('streams', 'Streams', check.streams),
    latencyFinding(check.latency)
  ]
}

/** What a user should know before relying on this broker: one line each. */
export function amqpWarnings(check: AmqpCheck): string[] {
  const lacks: readonly (readonly [Ability, string])[] = [
    [check.exists, `the exchange "${check.exchange}" cannot be used`],
    [check.publish, 'messages cannot be published'],
    [check.bind, 'tidings subscribe works only with queues that exist (/queues/NAME)'],
    [check.deliver, 'messages do not arrive'],
    [check.unheard, 'publish does not say that nobody is subscribed'],
    [check.session, 'subscribe --session and --group do not work']
  ]
  return lacks.filter(([{ works }]) => works === false).map(([, text]) => text)
}
