/** MQTT 5 reason codes [MQTT 5, section 2.4] in words, for people. */
const WORDS = new Map<number, string>([
  [0x80, 'unspecified error'],
  [0x81, 'malformed packet'],
  [0x82, 'protocol error'],
  [0x83, 'implementation specific error'],
  [0x84, 'unsupported protocol version'],
  [0x85, 'client identifier not valid'],
  [0x86, 'bad user name or password'],
  [0x87, 'not authorized'],
  [0x88, 'server unavailable'],
  [0x89, 'server busy'],
  [0x8a, 'banned'],
  [0x8b, 'server shutting down'],
  [0x8c, 'bad authentication method'],
  [0x8d, 'keep-alive time-out'],
  [0x8e, 'session taken over'],
  [0x8f, 'pattern not valid'],
  [0x90, 'channel name not valid'],
  [0x91, 'packet identifier in use'],
  [0x92, 'packet identifier not found'],
  [0x93, 'receive maximum exceeded'],
  [0x94, 'topic alias not valid'],
  [0x95, 'packet too large'],
  [0x96, 'message rate too high'],
  [0x97, 'quota exceeded'],
  [0x98, 'administrative action'],
  [0x99, 'payload format not valid'],
  [0x9a, 'retained messages not supported'],
  [0x9b, 'QoS not supported'],
  [0x9c, 'use another server'],
  [0x9d, 'server moved'],
  [0x9e, 'shared subscriptions not supported'],
  [0x9f, 'connection rate exceeded'],
  [0xa0, 'maximum connect time'],
  [0xa1, 'subscription identifiers not supported'],
  [0xa2, 'wildcard subscriptions not supported']
])

/** The CONNACK return codes of MQTT 3.1.1 [MQTT 3.1.1, table 3.1], as the reason codes of MQTT 5 that say the same. */
const CONNACK_3 = new Map<number, number>([
  [1, 0x84],
  [2, 0x85],
  [3, 0x88],
  [4, 0x86],
  [5, 0x87]
])

/** A CONNACK's code as one of MQTT 5; brokers answer a CONNECT of version 5 that they do not know in the old form. */
export function connackCode(code: number): number {
  return CONNACK_3.get(code) ?? code
}

/** A reason code in words, followed by what the broker said itself, on one line. */
export function formatReason(code: number, reasonString?: string): string {
  const words = WORDS.get(code) ?? `reason code ${code}`
  const said = reasonString?.replace(/\s+/g, ' ').trim() ?? ''
  return said === '' ? words : `${words} (${said})`
}
