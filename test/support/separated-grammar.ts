import type { ChannelGrammar } from '../../src/core/channel-grammar.js'
import { whyWildcardsMisplaced } from '../../src/core/channel-pattern.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'

/** MQTT's grammar with another separator. */
export const separatedGrammar = (separator: string): ChannelGrammar => ({
  ...mqttGrammar,
  separator,
  parsePattern(pattern) {
    const why = whyWildcardsMisplaced(pattern, separator)
    return why === undefined ? { pattern } : { why }
  }
})
