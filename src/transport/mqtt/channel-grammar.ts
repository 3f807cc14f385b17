import { type ChannelGrammar, whyNotName } from '../../core/channel-grammar.js'
import { HOLDS_A_WILDCARD } from '../../core/channel-name.js'
import { whyWildcardsMisplaced } from '../../core/channel-pattern.js'
import { parseShared, SHARED } from '../shared-pattern.js'

/** MQTT writes the length of a topic in two bytes [MQTT-4.7.3-3]. */
const LONGEST = 65_535

/** How MQTT names its channels, which it calls topics, and its patterns, which it calls topic filters. */
export const mqttGrammar: ChannelGrammar = {
  separator: '/',
  // [MQTT-4.7.2-1]
  hidden: '$',
  spellChannel: (text) => text,
  /** [MQTT-4.7.3-1, MQTT-4.7.3-2, MQTT-4.7.3-3, MQTT-3.3.2-2] */
  whyNotChannel: (channel) => whyNotTopic(channel) ?? (/[+#]/.test(channel) ? HOLDS_A_WILDCARD : undefined),
  /** [MQTT-4.7.1-1, MQTT-4.7.1-2] */
  parsePattern(text) {
    const parsed = parseShared(text)
    if ('why' in parsed) return parsed
    const why = whyNotTopic(text) ?? whyWildcardsMisplaced(parsed.pattern, '/')
    return why === undefined ? parsed : { why }
  },
  /** [MQTT-4.8.2-2] */
  whyNotGroup: (name) => (/[/+#]/.test(name) ? 'it holds / + or #' : undefined),
  // Of a topic that this user may not read, some brokers (mosquitto) grant the subscription and send nothing.
  unkept: 'what was published before is there only if it was published with --retain',
  silence: 'a broker may grant the subscription and still deny reading: ask who keeps its access rules',
  examples: { channel: 'lights/kitchen', patterns: 'lights/+/state, lights/#', hidden: '$SYS/#' }
}

function whyNotTopic(text: string): string | undefined {
  const why = whyNotName(text)
  if (why !== undefined) return why
  const bytes = Buffer.byteLength(text)
  return bytes > LONGEST ? `it is ${bytes} bytes long, and ${LONGEST} is the most` : undefined
}

/** The topic filter that a group subscribes to. */
export const sharedFilter = (group: string, pattern: string): string => `${SHARED}/${group}/${pattern}`
