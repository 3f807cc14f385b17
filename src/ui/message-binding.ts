/**
 * What only the messages of one protocol have, in the words of that protocol's printer. Code that shows messages imports it from here, and
 * so names no protocol.
 */
export {
  bindingLike,
  clearingMessage,
  declaredAsUtf8,
  isDup,
  isRetain,
  mqttFacts as bindingFacts,
  mqttLetters as bindingLetters,
  mqttMarks as bindingMarks,
  payloadFormat,
  subscriptionsOf
} from './mqtt-message.js'
