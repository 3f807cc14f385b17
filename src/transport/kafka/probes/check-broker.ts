import type { BrokerCheck, CheckOptions } from '../../../core/broker-check.js'
import type { Ability } from '../../../core/broker-findings.js'
import type { ConnectionOptions } from '../../../core/connection.js'
import { TidingsError } from '../../../core/errors.js'
import { formatBrokerUrl } from '../../broker-url.js'
import { pause } from '../../connecting/back-off.js'
import { type RoundTrips, timeRoundTrips } from '../../exchange/round-trips.js'
import { CONFIGURED, describeConfigs } from '../api/describe-configs.js'
import { describeGroups } from '../api/describe-groups.js'
import { features } from '../api/features.js'
import { initProducerId } from '../api/init-producer-id.js'
import type { MetadataResponse } from '../api/metadata.js'
import { hasRight, RIGHT } from '../api/rights.js'
import type { Cluster } from '../cluster.js'
import { Coordinator } from '../coordinator.js'
import { isPassing } from '../error-codes.js'
import { KafkaConnection } from '../kafka-connection.js'
import { openCluster } from '../open-kafka.js'
import { abilityOf, answerTo, valueIn } from './asking.js'
import { checkGroup } from './check-group.js'
import { kafkaFindings, kafkaWarnings, type TopicDefaults } from './kafka-findings.js'
import { OwnTopic, untilThere } from './own-topic.js'

/** What a check does with a topic of its own. */
interface Trial extends Pick<RoundTrips, 'publish' | 'deliver' | 'times'> {
  readonly create: Ability
  readonly remove: Ability
  readonly defaults: TopicDefaults | undefined
}

/** As `Protocol.checkBroker`. */
export async function checkBroker(options: CheckOptions): Promise<BrokerCheck> {
  const { session: _session, ...connection } = options.connection
  const { cluster } = await openCluster(connection)
  try {
    if (options.group !== undefined) return await checkGroup(options.group, cluster, options)
    const answer = await answerTo(cluster.metadata({ topics: null, rights: true }), options)
    if ('note' in answer) {
      const why: unknown = cluster.signal.reason
      // A login that is missing is a refusal, and says what to do.
      if (why instanceof TidingsError) throw why
      throw new TidingsError('unfinished', `cannot check the broker: ${answer.note}`, { code: 'no-answer' })
    }
    const metadata = answer.value
    const check = {
      metadata,
      features: valueIn(await answerTo(cluster.ask(features, undefined), options)),
      autoCreation: await autoCreation(metadata, cluster, options),
      idempotence: abilityOf(await answerTo(numberForProducer(cluster), options)),
      session: await mayCommit(cluster, options),
      ownTopic: `${options.below}.${options.id}`,
      ...(await tryTopic(cluster, metadata.controller, connection, options))
    }
    return {
      broker: formatBrokerUrl(cluster.url),
      findings: kafkaFindings(check),
      warnings: kafkaWarnings(check)
    }
  } finally {
    await cluster.close()
  }
}

/** Publishes to a topic of its own, and reads it. Uses no other topic where that cannot be created. */
async function tryTopic(
  cluster: Cluster,
  controller: number,
  connection: ConnectionOptions,
  options: CheckOptions
): Promise<Trial> {
  const topic = new OwnTopic(cluster, controller, options)
  let trial: Omit<Trial, 'create' | 'remove'>
  let create: Ability
  let remove: Ability | undefined
  try {
    create = await topic.create()
    trial = create.works === true ? await useTopic(topic.name, connection, options) : UNTRIED
  } finally {
    remove = await topic.remove()
  }
  return { ...trial, create, remove: remove ?? NO_TOPIC }
}

const NO_TOPIC: Ability = { works: undefined, note: 'a topic for it could not be created' }
const UNTRIED = { publish: NO_TOPIC, deliver: NO_TOPIC, times: [], defaults: undefined }

/** On connections of its own, as `publish` and `subscribe` make them. */
async function useTopic(
  topic: string,
  connection: ConnectionOptions,
  options: CheckOptions
): Promise<Omit<Trial, 'create' | 'remove'>> {
  // The first connection has passed its notices on. This one would repeat them.
  const silent = () => undefined
  const { cluster, clientId } = await openCluster({ ...connection, onNotice: silent })
  const user = new KafkaConnection(cluster, {
    clientId,
    session: undefined,
    isResumed: false,
    onNotice: silent
  })
  try {
    const there = await answerTo(untilThere(topic, cluster), options)
    if ('note' in there) {
      const unknown = { works: undefined, note: `the new topic: ${there.note}` }
      return { publish: unknown, deliver: unknown, times: [], defaults: undefined }
    }
    const { partitions } = there.value
    const wish = { kind: CONFIGURED.topic, name: topic, keys: [MIN_IN_SYNC] }
    const configs = valueIn(await answerTo(cluster.ask(describeConfigs, wish), options))
    const minInSync = Number.parseInt(configs?.values.get(MIN_IN_SYNC) ?? '', 10)
    const defaults = {
      partitions: partitions.length,
      replicas: partitions[0]?.replicas.length ?? 0,
      ...(!Number.isNaN(minInSync) && { minInSync })
    }
    const { publish, deliver, times } = await timeRoundTrips(user, { heard: topic, unheard: topic }, options)
    return { publish, deliver, times, defaults }
  } finally {
    await user.close()
  }
}

/** Milliseconds. */
const ASK_AGAIN = 50

const MIN_IN_SYNC = 'min.insync.replicas'
const AUTO_CREATION = 'auto.create.topics.enable'

/** Whether brokers create topics that somebody names by mistake; undefined where this user may not see it. */
async function autoCreation(
  { brokers }: MetadataResponse,
  cluster: Cluster,
  options: CheckOptions
): Promise<boolean | undefined> {
  const [broker] = brokers
  if (broker === undefined) return undefined
  const wish = { kind: CONFIGURED.broker, name: String(broker.id), keys: [AUTO_CREATION] }
  const asked = cluster.node(broker.id, 'group').then((node) => node.request(describeConfigs, wish))
  const value = valueIn(await answerTo(asked, options))?.values.get(AUTO_CREATION)
  return value == null ? undefined : value === 'true'
}

/** Asks for the number of an idempotent producer, until the broker is ready to give one or says why not. */
async function numberForProducer(cluster: Cluster): Promise<{ readonly error: number }> {
  for (;;) {
    const answer = await cluster.ask(initProducerId, undefined)
    if (!isPassing(answer.error)) return answer
    await pause(ASK_AGAIN, cluster.signal)
  }
}

/** Whether this user may store how far a group has come. The group that is asked about does not come to be. */
async function mayCommit(cluster: Cluster, options: CheckOptions): Promise<Ability> {
  const group = `${options.below}.${options.id}`
  const asked = new Coordinator(cluster, group).request(
    describeGroups,
    [group],
    ([first]) => first?.error ?? 0
  )
  const answer = await answerTo(asked, options)
  if ('note' in answer) return { works: undefined, note: answer.note }
  const rights = answer.value[0]?.rights
  if (rights === undefined) return { works: undefined, note: 'the broker does not tell' }
  return hasRight(rights, RIGHT.read) ? { works: true } : { works: false, note: 'not authorized' }
}
