import { type ChannelGrammar, type ParsedPattern, whyNotName } from '../../core/channel-grammar.js'
import { HOLDS_A_WILDCARD } from '../../core/channel-name.js'
import { whyWildcardsMisplaced } from '../../core/channel-pattern.js'
import { parseShared } from '../shared-pattern.js'

/** Kafka's `Topic.MAX_NAME_LENGTH`. */
const LONGEST_TOPIC = 249

/**
 * How topics of Kafka are named. Dots divide the levels for patterns. A slash, which no topic can have, is taken as a dot, so that scripts
 * for MQTT run unchanged.
 */
export const kafkaGrammar: ChannelGrammar = {
  separator: '.',
  hidden: '__',
  spellChannel: spell,
  whyNotChannel: (channel) => (/[+#*]/.test(channel) ? HOLDS_A_WILDCARD : whyNotTopic(channel)),
  parsePattern(whole): ParsedPattern | { why: string } {
    const shared = parseShared(whole)
    if ('why' in shared) return shared
    const { pattern: text, ...group } = shared
    const pattern = spell(text).replace(/(?<=^|\.)\*(?=\.|$)/g, '+')
    const why =
      (pattern.includes('*') ? '"*" is not a whole level' : whyWildcardsMisplaced(pattern, '.')) ??
      whyNotTopic(pattern.replace(/[+#]/g, 'x'))
    return why === undefined ? { ...group, pattern } : { why }
  },
  refusesUnknown: true,
  unkept:
    'nothing was published to the topic meanwhile; what is there already is shown with --from beginning',
  unlisted: 'there is no such topic (publish --create makes one), or you have no right to describe it',
  examples: { channel: 'lights.kitchen', patterns: 'lights.+.state, lights.#' }
}

function spell(text: string): string {
  return text.replaceAll('/', '.')
}

function whyNotTopic(topic: string): string | undefined {
  const why = whyNotName(topic)
  if (why !== undefined) return why
  if (topic === '.' || topic === '..') return 'Kafka has no topic "." or ".."'
  const other = /[^A-Za-z0-9._-]/u.exec(topic)?.[0]
  if (other !== undefined) return 'a topic of Kafka has only letters from a to z, digits, ".", "_" and "-"'
  return topic.length > LONGEST_TOPIC
    ? `it is ${topic.length} characters long, and Kafka takes ${LONGEST_TOPIC}`
    : undefined
}
