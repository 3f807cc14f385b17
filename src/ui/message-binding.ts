/** What only one protocol's messages say, in the words of that protocol's printer. Who shows messages asks here and names no protocol. */
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
