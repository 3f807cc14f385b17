import { whyWildcardsMisplaced } from '../../../core/channel-pattern.js'
import { REASON } from '../../mqtt/reason-codes.js'
import { splitShared } from '../state/subscriptions.js'
import { malformed, notAllowed, PacketError } from './packet-error.js'

/** The deepest names and filters that are taken: finding subscribers takes a step a level. */
const LEVELS = 128
const TOPIC_FILTER_INVALID = 0x8f

/**
 * Names and filters that break a rule are malformed; 0x90 and 0x8F are for good ones that a broker does not take [MQTT 5, 3.14.2.1].
 * @throws PacketError for what no topic name may be [MQTT-3.3.2-2, MQTT-4.7.3-1]
 */
export function checkTopicName(topic: string): void {
  if (topic === '') throw notAllowed('a topic name that is empty')
  if (topic.includes('+') || topic.includes('#')) throw malformed('a topic name that holds a wildcard')
  checkLevels(topic, REASON.topicNameInvalid)
}

/** @throws PacketError for what no topic filter may be [MQTT-4.7.1-1, MQTT-4.7.1-2, MQTT-4.7.3-1, MQTT-4.8.2-1, MQTT-4.8.2-2] */
export function checkTopicFilter(filter: string): void {
  if (filter === '') throw notAllowed('a topic filter that is empty')
  const isShared = filter === '$share' || filter.startsWith('$share/')
  const { group, pattern } = isShared ? splitShared(filter) : { pattern: filter }
  if (isShared && (!group || /[+#]/.test(group) || pattern === '' || !filter.includes('/', 7)))
    throw malformed('a shared subscription without a group or a filter')
  const why = whyWildcardsMisplaced(pattern, '/')
  if (why !== undefined) throw malformed(`a topic filter in which ${why}`)
  checkLevels(filter, TOPIC_FILTER_INVALID)
}

function checkLevels(text: string, code: number): void {
  let levels = 1
  for (let at = text.indexOf('/'); at >= 0; at = text.indexOf('/', at + 1)) levels++
  if (levels > LEVELS) throw new PacketError(code, `${levels} levels, and ${LEVELS} are the most`)
}
