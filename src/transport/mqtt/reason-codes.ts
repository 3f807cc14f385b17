/** Reason codes of MQTT 5 that something depends on, by their names in the standard [MQTT 5, section 2.4]. */
export const REASON = {
  unspecified: 0x80,
  malformedPacket: 0x81,
  protocolError: 0x82,
  implementationSpecific: 0x83,
  unsupportedProtocolVersion: 0x84,
  clientIdentifierNotValid: 0x85,
  badUserNameOrPassword: 0x86,
  notAuthorized: 0x87,
  serverUnavailable: 0x88,
  serverBusy: 0x89,
  banned: 0x8a,
  serverShuttingDown: 0x8b,
  badAuthenticationMethod: 0x8c,
  keepAliveTimeout: 0x8d,
  sessionTakenOver: 0x8e,
  topicNameInvalid: 0x90,
  packetIdentifierInUse: 0x91,
  packetIdentifierNotFound: 0x92,
  receiveMaximumExceeded: 0x93,
  topicAliasInvalid: 0x94,
  packetTooLarge: 0x95,
  messageRateTooHigh: 0x96,
  quotaExceeded: 0x97,
  administrativeAction: 0x98,
  payloadFormatInvalid: 0x99,
  retainNotSupported: 0x9a,
  qosNotSupported: 0x9b,
  useAnotherServer: 0x9c,
  serverMoved: 0x9d,
  sharedNotSupported: 0x9e,
  connectionRateExceeded: 0x9f,
  maximumConnectTime: 0xa0
} as const

/** The first code that says no. */
export const FIRST_REFUSAL = 0x80
/** A success code of PUBACK and PUBREC: nobody is subscribed to the channel. */
export const NO_MATCHING_SUBSCRIBERS = 0x10

/** All codes that say no, in words, for people. */
const WORDS: ReadonlyMap<number, string> = new Map([
  [REASON.unspecified, 'unspecified error'],
  [REASON.malformedPacket, 'malformed packet'],
  [REASON.protocolError, 'protocol error'],
  [REASON.implementationSpecific, 'implementation specific error'],
  [REASON.unsupportedProtocolVersion, 'unsupported protocol version'],
  [REASON.clientIdentifierNotValid, 'client identifier not valid'],
  [REASON.badUserNameOrPassword, 'bad user name or password'],
  [REASON.notAuthorized, 'not authorized'],
  [REASON.serverUnavailable, 'server unavailable'],
  [REASON.serverBusy, 'server busy'],
  [REASON.banned, 'banned'],
  [REASON.serverShuttingDown, 'server shutting down'],
  [REASON.badAuthenticationMethod, 'bad authentication method'],
  [REASON.keepAliveTimeout, 'keep-alive time-out'],
  [REASON.sessionTakenOver, 'session taken over'],
  [0x8f, 'pattern not valid'],
  [REASON.topicNameInvalid, 'channel name not accepted'],
  [REASON.packetIdentifierInUse, 'packet identifier in use'],
  [REASON.packetIdentifierNotFound, 'packet identifier not found'],
  [REASON.receiveMaximumExceeded, 'receive maximum exceeded'],
  [REASON.topicAliasInvalid, 'topic alias not valid'],
  [REASON.packetTooLarge, 'packet too large'],
  [REASON.messageRateTooHigh, 'message rate too high'],
  [REASON.quotaExceeded, 'quota exceeded'],
  [REASON.administrativeAction, 'administrative action'],
  [REASON.payloadFormatInvalid, 'payload format not as declared'],
  [REASON.retainNotSupported, 'retained messages not supported'],
  [REASON.qosNotSupported, 'QoS not supported'],
  [REASON.useAnotherServer, 'use another server'],
  [REASON.serverMoved, 'server moved'],
  [REASON.sharedNotSupported, 'shared subscriptions not supported'],
  [REASON.connectionRateExceeded, 'connection rate exceeded'],
  [REASON.maximumConnectTime, 'maximum connect time'],
  [0xa1, 'subscription identifiers not supported'],
  [0xa2, 'wildcard subscriptions not supported']
])

/** What a publisher can do about a message that was refused. */
const PUBLISHING_SUGGESTIONS: ReadonlyMap<number, string> = new Map([
  [REASON.notAuthorized, 'ask for the right to publish there'],
  [REASON.topicNameInvalid, 'publish to another channel'],
  [REASON.quotaExceeded, 'send it again later, or ask for a larger quota'],
  [REASON.payloadFormatInvalid, 'leave out --payload-utf8, or publish UTF-8']
])

export const publishingSuggestion = (code: number): string | undefined => PUBLISHING_SUGGESTIONS.get(code)

/** The CONNACK return codes of MQTT 3.1.1 [MQTT 3.1.1, table 3.1], as the reason codes of MQTT 5 that say the same. */
const CONNACK_3: ReadonlyMap<number, number> = new Map([
  [1, REASON.unsupportedProtocolVersion],
  [2, REASON.clientIdentifierNotValid],
  [3, REASON.serverUnavailable],
  [4, REASON.badUserNameOrPassword],
  [5, REASON.notAuthorized]
])

/** A CONNACK's code as a code of MQTT 5. A broker that does not know MQTT 5 answers its CONNECT with a code of MQTT 3.1.1. */
export function connackCode(code: number): number {
  return CONNACK_3.get(code) ?? code
}

/** A reason code in words, followed by what the broker said itself, on one line. */
export function formatReason(code: number, reasonString?: string): string {
  const words = WORDS.get(code) ?? `reason code 0x${code.toString(16).padStart(2, '0')}`
  const said = reasonString?.replace(/\s+/g, ' ').trim() ?? ''
  return said === '' || said.toLowerCase() === words ? words : `${words} (${said})`
}
