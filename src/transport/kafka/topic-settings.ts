import { pause } from '../connecting/back-off.js'
import { CONFIGURED, describeConfigs } from './api/describe-configs.js'
import type { Cluster } from './cluster.js'
import { ERROR } from './error-codes.js'

/** Milliseconds that a question about settings may take: what they say only makes a message clearer. */
const PATIENCE = 2000

/**
 * What a topic is configured with, or has by default. Those settings are missing that the broker does not tell: this user may not see
 * them, or nobody answers. Never rejects.
 * @param names as Kafka has them, such as `retention.ms`
 */
export async function topicSettings(
  topic: string,
  names: readonly string[],
  cluster: Cluster
): Promise<ReadonlyMap<string, string>> {
  const answered = new AbortController()
  const asked = cluster.ask(describeConfigs, { kind: CONFIGURED.topic, name: topic, keys: names })
  const patience = pause(PATIENCE, AbortSignal.any([cluster.signal, answered.signal]))
  const answer = await Promise.race([asked, patience]).catch(() => undefined)
  answered.abort()
  if (!answer || answer.error !== ERROR.none) return new Map()
  return new Map(
    [...answer.values].flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]))
  )
}
