/** What other tools call the schemes of MQTT. In a file of its own, since it is read at every start. */
export const MQTT_SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['tcp', 'mqtt'],
  ['mqtt+tcp', 'mqtt'],
  ['mqttv5', 'mqtt'],
  ['ssl', 'mqtts'],
  ['tls', 'mqtts'],
  ['mqtt+ssl', 'mqtts'],
  ['mqtt+tls', 'mqtts'],
  ['mqttss', 'mqtts'],
  ['mqtts+tcp', 'mqtts'],
  ['http', 'ws'],
  ['mqtt+ws', 'ws'],
  ['https', 'wss'],
  ['mqtt+wss', 'wss'],
  ['unix', 'mqtt+unix'],
  ['mqtts+unix', 'mqtt+unix']
])
