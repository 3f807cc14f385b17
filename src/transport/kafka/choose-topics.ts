import { compilePattern } from '../../core/channel-pattern.js'
import type { TopicMetadata } from './api/metadata.js'
import { kafkaGrammar } from './channel-grammar.js'
import { ERROR } from './error-codes.js'
import type { PartitionName } from './partition-name.js'
import type { Topics } from './topics.js'

/** The topics that patterns match at present. */
export interface ChosenTopics {
  /** By their names. */
  readonly topics: ReadonlyMap<string, TopicMetadata>
  /** The patterns that name one topic which cannot be used, with the broker's error. */
  readonly refused: ReadonlyMap<string, number>
  /** The patterns that may match several topics, and match none at present. */
  readonly unmatched: readonly string[]
}

/** Whether a pattern may match several topics. */
export const isWild = (pattern: string): boolean => /[+#]/.test(pattern)

/** Finds the topics that the patterns match. Internal topics have to be named. */
export async function chooseTopics(patterns: readonly string[], topics: Topics): Promise<ChosenTopics> {
  const all = patterns.some(isWild) ? (await topics.list()).filter(isUsable) : []
  const chosen = new Map<string, TopicMetadata>()
  const refused = new Map<string, number>()
  const unmatched: string[] = []
  for (const pattern of patterns) {
    if (!isWild(pattern)) {
      const topic = await topics.load(pattern)
      if (topic.error === ERROR.none) chosen.set(pattern, topic)
      else refused.set(pattern, topic.error)
      continue
    }
    const matches = compilePattern(pattern, kafkaGrammar)
    const matching = all.filter(({ topic }) => matches(topic))
    for (const topic of matching) chosen.set(topic.topic, topic)
    if (matching.length === 0) unmatched.push(pattern)
  }
  return { topics: chosen, refused, unmatched }
}

/** Whether a topic can be read, and is none of the cluster's own. */
export const isUsable = ({ error, isInternal, partitions }: TopicMetadata): boolean =>
  error === ERROR.none && !isInternal && partitions.length > 0

/** All partitions of these topics. */
export const partitionsOf = (topics: Iterable<TopicMetadata>): PartitionName[] =>
  [...topics].flatMap(({ topic, partitions }) => partitions.map(({ partition }) => ({ topic, partition })))
