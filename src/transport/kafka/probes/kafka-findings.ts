import type { Finding } from '../../../core/broker-check.js'
import {
  type Ability,
  abilityFinding,
  type Latency,
  latencyFinding,
  latencyOf
} from '../../../core/broker-findings.js'
import { jsonObject } from '../../../core/catalogue/json-tree.js'
import { counted } from '../../../core/counted.js'
import { quoteName } from '../../../core/visible-text.js'
import type { Features } from '../api/features.js'
import type { MetadataResponse } from '../api/metadata.js'
import { hasRight, RIGHT, rightsInWords } from '../api/rights.js'
import { brokerVersion } from './broker-version.js'

/** What the cluster gives a topic of which nobody says more. */
export interface TopicDefaults {
  readonly partitions: number
  readonly replicas: number
  /** How many replicas have to have a message before it is acknowledged. */
  readonly minInSync?: number
}

/** What a cluster said and did in the check. */
export interface KafkaCheck {
  readonly metadata: MetadataResponse
  readonly features: Features | undefined
  /** Brokers create topics that somebody only names. */
  readonly autoCreation: boolean | undefined
  readonly idempotence: Ability
  readonly session: Ability
  readonly ownTopic: string
  readonly create: Ability
  readonly remove: Ability
  readonly publish: Ability
  readonly deliver: Ability
  readonly defaults: TopicDefaults | undefined
  /** Of round trips, in microseconds. */
  readonly times: readonly number[]
}

/** What a check found out, in words and in JSON. */
export function kafkaFindings(check: KafkaCheck): Finding[] {
  const { metadata, session } = check
  const latency: Latency | undefined = latencyOf(check.times)
  return [
    { name: 'protocols', value: ['kafka'], lines: [['Protocol', 'Kafka']] },
    productFinding(check.features),
    { name: 'cluster', value: metadata.clusterId, lines: [['Cluster', metadata.clusterId ?? 'unknown']] },
    brokersFinding(metadata),
    topicsFinding(metadata),
    rightsFinding(metadata.rights),
    abilityFinding('createTopics', 'New topics', check.create),
    defaultsFinding(check.defaults),
    abilityFinding('publish', '  publish', check.publish),
    abilityFinding('deliver', '  delivers', check.deliver),
    abilityFinding('deleteTopics', '  delete', check.remove),
    autoCreationFinding(check.autoCreation),
    abilityFinding('idempotence', 'QoS 2', check.idempotence),
    abilityFinding('session', 'Sessions', session),
    abilityFinding('shared', 'Groups', session),
    latencyFinding(latency)
  ]
}

function productFinding(features: Features | undefined): Finding {
  const version = features && brokerVersion(features)
  const levels = [...(features?.finalized ?? [])].sort(([one], [other]) => (one < other ? -1 : 1))
  return {
    name: 'product',
    value: jsonObject({
      version: version?.release ?? null,
      orLater: version?.orLater ?? null,
      features: jsonObject(Object.fromEntries(levels))
    }),
    lines: [
      [
        'Version',
        version === undefined ? 'unknown' : `Kafka ${version.release}${version.orLater ? ' or later' : ''}`
      ],
      ...(levels.length === 0
        ? []
        : [['Features', levels.map(([name, level]) => `${name} ${level}`).join(', ')] as const])
    ]
  }
}

function brokersFinding({ brokers, controller }: MetadataResponse): Finding {
  const sorted = [...brokers].sort((one, other) => one.id - other.id)
  return {
    name: 'brokers',
    value: sorted.map(({ id, host, port, rack }) =>
      jsonObject({ id, host, port, rack, controller: id === controller })
    ),
    lines: [
      ['Brokers', String(brokers.length)],
      ...sorted.map(({ id, host, port, rack }) => {
        const facts = [
          `${host}:${port}`,
          ...(rack === null ? [] : [`rack ${rack}`]),
          ...(id === controller ? ['controller'] : [])
        ]
        return [`  ${id}`, facts.join(', ')] as const
      })
    ]
  }
}

/** Topics of users, and with how many of them this user may do what. */
function topicsFinding({ topics }: MetadataResponse): Finding {
  const own = topics.filter(({ isInternal }) => !isInternal)
  const isTold = own.length > 0 && own.every(({ rights }) => rights !== undefined)
  const count = (right: number) => own.filter(({ rights = 0 }) => hasRight(rights, right)).length
  const [readable, writable] = isTold ? [count(RIGHT.read), count(RIGHT.write)] : [null, null]
  const rights = isTold ? ` (you may read ${readable}, and publish to ${writable})` : ''
  return {
    name: 'topics',
    value: jsonObject({ count: own.length, readable, writable }),
    lines: [['Topics', `${own.length}${rights}`]]
  }
}

function rightsFinding(rights: number | undefined): Finding {
  const words = rights === undefined ? undefined : rightsInWords(rights)
  return {
    name: 'clusterRights',
    value: words ?? null,
    lines: [['Rights', words === undefined ? 'unknown' : words.join(', ') || 'none for the whole cluster']]
  }
}

function defaultsFinding(defaults: TopicDefaults | undefined): Finding {
  const name = 'topicDefaults'
  if (defaults === undefined) return { name, value: null, lines: [['  have', 'unknown']] }
  const { partitions, replicas, minInSync } = defaults
  const inSync = minInSync === undefined ? '' : ` (${minInSync} at least in sync)`
  return {
    name,
    value: jsonObject({ partitions, replicas, minInSync: minInSync ?? null }),
    lines: [['  have', `${counted(partitions, 'partition')}, ${counted(replicas, 'replica')}${inSync}`]]
  }
}

const autoCreationFinding = (autoCreation: boolean | undefined): Finding => ({
  name: 'autoCreation',
  value: autoCreation ?? null,
  lines: [['By mistake', autoCreation === undefined ? 'unknown' : autoCreation ? 'yes' : 'no']]
})

/** What a user should know before relying on this cluster: one line each. */
export function kafkaWarnings(check: KafkaCheck): string[] {
  const { create, remove, publish, deliver, session, idempotence, defaults, autoCreation } = check
  const lacks: readonly (readonly [boolean, string])[] = [
    [publish.works === false, 'messages cannot be published'],
    [deliver.works === false, 'messages do not arrive'],
    [session.works === false, 'subscribe --session and --group do not work'],
    [idempotence.works === false, 'publish --qos 2 does not work'],
    [defaults?.replicas === 1, 'a new topic has one replica: its messages are lost with one disk'],
    [
      (defaults?.replicas ?? 1) > 1 && defaults?.minInSync === 1,
      'a message is acknowledged when one replica has it (min.insync.replicas=1): it may be lost with one disk'
    ],
    [
      (defaults?.replicas ?? 1) > 1 && defaults?.minInSync === defaults?.replicas,
      'all replicas have to be in sync (min.insync.replicas): nothing can be published while one broker is away'
    ],
    [
      autoCreation === true,
      'brokers create topics that other clients name by mistake (auto.create.topics.enable)'
    ],
    [
      create.works !== false && remove.works !== true,
      `the topic ${quoteName(check.ownTopic)} may be left: it could not be deleted`
    ]
  ]
  return lacks.filter(([isSo]) => isSo).map(([, text]) => text)
}
