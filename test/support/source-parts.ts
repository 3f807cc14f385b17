import { Acceptance } from '../../src/cli/acceptance.js'
import { UnknownFields } from '../../src/core/envelope/envelope.js'
import { NO_HEADERS } from '../../src/core/message.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { mqttTarget } from './mqtt-target.js'

/** What a source of payloads makes messages with, at QoS 1 over MQTT. */
export const sourceParts = () => ({
  facts: { headers: NO_HEADERS, guarantee: 1 as const },
  target: mqttTarget(),
  unknown: new UnknownFields(false),
  acceptance: new Acceptance(),
  grammar: mqttGrammar
})
