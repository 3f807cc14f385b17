import { quoteName } from '../visible-text.js'
import { AMQP_MEMBERS, AMQP_WORDS } from './amqp-envelope.js'
import { badEnvelope } from './field-reader.js'
import { KAFKA_MEMBERS, KAFKA_WORDS } from './kafka-envelope.js'
import { MQTT_MEMBERS, MQTT_WORDS } from './mqtt-envelope.js'

/** Names that are told each by its own; lines can make up any number of them. */
const MOST_NAMES = 20

/** What the fields of an envelope are called, where the same is meant: in lower case, without dashes and the like. */
const MEANT: ReadonlyMap<string, string> = new Map(
  Object.entries({
    channel: ['topic', 'channelname', 'subject', 'destination', 'routingkey'],
    payload: ['message', 'msg', 'body', 'data', 'value', 'content'],
    time: ['timestamp', 'ts', 'tst', 'receivedat'],
    sourceTime: ['publishedat'],
    encoding: ['payloadencoding'],
    headers: ['header', 'userproperties', 'properties'],
    contentType: ['mimetype'],
    responseChannel: ['responsetopic', 'replyto'],
    correlation: ['correlationdata', 'correlationid'],
    expiry: ['messageexpiryinterval', 'expires', 'expiration', 'ttl'],
    ...MQTT_WORDS,
    ...AMQP_WORDS,
    ...KAFKA_WORDS
  }).flatMap(([field, words]) => [field, ...words].map((word) => [plain(word), field] as const))
)

/** The fields that only messages of one protocol have, and their members as `field.member`. */
export const BINDING_FIELDS: readonly string[] = Object.entries({
  mqtt: MQTT_MEMBERS,
  amqp: AMQP_MEMBERS,
  kafka: KAFKA_MEMBERS
}).flatMap(([field, members]) => [field, ...members.map((member) => `${field}.${member}`)])

function plain(name: string): string {
  return name
    .replace(/^[a-z]+\./, '')
    .replace(/[-_ ]/g, '')
    .toLowerCase()
}

/** Fields of lines that no envelope has: they say nothing, although somebody meant something by them. */
export class UnknownFields {
  readonly #counts = new Map<string | undefined, number>()

  /** @param strict refuses them */
  constructor(private readonly strict: boolean) {}

  /**
   * Counts the names that one line has.
   * @throws TidingsError of kind bad-input, whose message is the reason, where they are refused
   */
  readonly add = (names: readonly string[]): void => {
    const [first] = names
    if (this.strict && first !== undefined)
      throw badEnvelope(`field ${quoteName(first)} is none of an envelope`, suggestionFor(first))
    for (const name of names) {
      const counted = this.#counts.has(name) || this.#counts.size < MOST_NAMES ? name : undefined
      this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + 1)
    }
  }

  /** What was ignored until now: a sentence, or none. */
  get sentences(): readonly string[] {
    if (this.#counts.size === 0) return []
    const told = Array.from(this.#counts, ([name, count]) => {
      if (name === undefined) return `others (${count})`
      const meant = meantBy(name)
      return `${quoteName(name)} (${count}${meant === undefined ? '' : `; did you mean ${meant}?`})`
    })
    return [`ignored fields that are none of an envelope: ${told.join(', ')}`]
  }
}

function meantBy(name: string): string | undefined {
  const meant = MEANT.get(plain(name))
  return meant === name ? undefined : meant
}

function suggestionFor(name: string): string {
  const meant = meantBy(name)
  return meant === undefined ? 'leave it out, or leave out --strict' : `did you mean ${meant}?`
}
