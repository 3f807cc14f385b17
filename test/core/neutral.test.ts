import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const src = join(import.meta.dirname, '../../src')

/** The files that are about MQTT: its transport, the embedded broker, its flags, its printer, what its programs write. */
const ROOMS = [
  /^transport\/mqtt\//,
  /^transport\/embedded\//,
  /^cli\/flags\/(mqtt|broker)\.ts$/,
  /^ui\/mqtt-message\.ts$/,
  /^core\/recording\/mqtt-programs\//,
  /^core\/profile\/foreign\//,
  // How it spells the pattern of a group, which others read, too.
  /^transport\/shared-pattern\.ts$/,
  // Another protocol's room may name MQTT to its users; test/walls.test.ts sees that it imports nothing of it.
  /^transport\/(amqp|kafka)\//
]

/** The other files that name MQTT, each with its reason. */
const REASONS: Readonly<Record<string, string>> = {
  'core/message.ts': 'a message has one optional binding for each protocol',
  'core/connection.ts': 'options, traits and subscriptions have a part for each protocol',
  'core/envelope/mqtt-envelope.ts': "the envelope's field of that name",
  'core/envelope/envelope-parse.ts': 'reads that field, and what 0.1 wrote there',
  'core/envelope/envelope-encode.ts': 'writes that field',
  'core/replay/replay-message.ts': 'keeps one binding for messages that are alike',
  'core/asyncapi/protocol-bindings.ts': "AsyncAPI's binding of that name",
  'core/recording/recording-reader.ts': 'formats of recordings that MQTT programs write',
  'core/envelope/unknown-fields.ts': "knows that field's members",
  'core/catalogue/string-format.ts': 'schemes of URLs in payloads',
  'transport/transports.ts': 'its row in the table',
  'cli/connection-options.ts': 'joins its flags with those of every protocol',
  'cli/flags/connection.ts': 'joins its flags with those of every protocol; its schemes in the help',
  'cli/flags/message.ts': 'joins its flags with those of every protocol',
  'cli/flags/subscription.ts': 'joins its flags with those of every protocol',
  'cli/start/start-program.ts': "silences its library's debug output, which holds passwords",
  'ui/message-binding.ts': "hands on what MQTT's printer says",
  'commands/broker/index.ts': 'what the embedded broker speaks',
  'commands/profile/import.ts': 'names the programs whose files it reads',
  'commands/replay.ts': 'names the recordings of mqtt_recorder'
}

/** The files that are about AMQP: its transport, its printer, its binding and tables, the envelope's field. */
const ROOMS_OF_AMQP = [
  /^transport\/amqp\//,
  /^ui\/amqp-message\.ts$/,
  /^core\/amqp\//,
  /^core\/envelope\/amqp-envelope\.ts$/
]

/** The other files that name AMQP, each with its reason. */
const REASONS_OF_AMQP: Readonly<Record<string, string>> = {
  'core/message.ts': 'a message has one optional binding for each protocol',
  'core/message-fact.ts': 'facts of that binding which another protocol lacks',
  'core/envelope/envelope-parse.ts': "reads the envelope's field of that name",
  'core/envelope/envelope-encode.ts': 'writes that field',
  'core/envelope/unknown-fields.ts': "knows that field's members",
  'core/replay/replay-message.ts': 'keeps one binding for messages that are alike',
  'core/catalogue/remembered-message.ts': 'counts the memory of its tables',
  'core/catalogue/string-format.ts': 'schemes of URLs in payloads',
  'core/asyncapi/protocol-bindings.ts': "AsyncAPI's binding of that name",
  'core/wildcard-doubt.ts': 'where its wildcard comes from',
  'cli/flags/connection.ts': 'its schemes in the help',
  'cli/help/help-topics.ts': 'the topic that is the page about its broker',
  'cli/flags/message.ts': 'the priority of a message is in its binding',
  'transport/transports.ts': 'its row in the table',
  'transport/mqtt/connect-failure.ts': 'names its scheme to who meets its port',
  'transport/mqtt/other-server.ts': 'recognises its answer',
  'ui/message-binding.ts': 'hands on what its printer says'
}

/** The files that are about Kafka. */
const ROOMS_OF_KAFKA = [
  /^transport\/kafka\//,
  /^ui\/kafka-message\.ts$/,
  /^core\/kafka\//,
  /^core\/envelope\/kafka-envelope\.ts$/
]

/** The other files that name Kafka, each with its reason. */
const REASONS_OF_KAFKA: Readonly<Record<string, string>> = {
  'commands/broker/check.ts': 'a flag that only its brokers know: the group to look at',
  'core/message.ts': 'a message has one optional binding for each protocol',
  'core/message-fact.ts': 'facts of that binding which another protocol lacks',
  'core/envelope/envelope-parse.ts': "reads the envelope's field of that name",
  'core/envelope/envelope-encode.ts': 'writes that field',
  'core/envelope/unknown-fields.ts': "knows that field's members",
  'core/replay/replay-message.ts': 'leaves out where a recorded message was',
  'core/catalogue/remembered-message.ts': 'counts the memory of its list of headers',
  'core/asyncapi/protocol-bindings.ts': "AsyncAPI's binding of that name",
  'cli/flags/connection.ts': 'its schemes in the help',
  'transport/mqtt/connect-failure.ts': 'names its scheme to who meets its port',
  'cli/flags/message.ts': 'the key and the partition of a message, in its words',
  'cli/flags/publish.ts': 'tombstones, in its words',
  'cli/flags/sending.ts': 'creating topics, in its words',
  'cli/foreign/kcat-line.ts': 'what users of its programs type, in our words',
  'cli/help/help-topics.ts': 'the topic that is the page about it',
  'cli/other-words.ts': 'what its users call our flags',
  'cli/flags/target.ts': 'an example of what another broker cannot carry',
  'transport/transports.ts': 'its row in the table',
  'filter/other-languages.ts': 'how facts that its programs name are called here',
  'transport/wire/lz4.ts': 'why it compares no checksum',
  'ui/message-binding.ts': 'hands on what its printer says'
}

function naming(word: RegExp, rooms: readonly RegExp[]): string[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.ts') && !rooms.some((room) => room.test(file)))
    .filter((file) => word.test(readFileSync(join(src, file), 'utf8')))
    .sort()
}

it('only files that are about MQTT name it, and at most 20 others, each with a reason that is written here', () => {
  const files = naming(/mqtt/i, ROOMS)
  expect(files).toEqual(Object.keys(REASONS).sort())
  expect(files.length).toBeLessThanOrEqual(20)
})

it('only files that are about AMQP name it, and few others', () => {
  expect(naming(/amqp/i, ROOMS_OF_AMQP)).toEqual(Object.keys(REASONS_OF_AMQP).sort())
})

it('only files that are about Kafka name it, and few others', () => {
  expect(naming(/kafka/i, ROOMS_OF_KAFKA)).toEqual(Object.keys(REASONS_OF_KAFKA).sort())
})
