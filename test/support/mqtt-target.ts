import { MessageTarget } from '../../src/core/message-target.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { mqttCapabilities } from '../../src/transport/mqtt/mqtt-capabilities.js'

/** The target of messages that are published to an MQTT broker. */
export const mqttTarget = (strict = false): MessageTarget =>
  new MessageTarget({ grammar: mqttGrammar, capabilities: mqttCapabilities.mqtt, strict })
