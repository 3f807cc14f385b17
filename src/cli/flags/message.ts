import { Flags } from '@oclif/core'
import { checkChannelName } from '../../core/channel-name.js'
import { type Header, type MqttBinding, NO_HEADERS, type Qos } from '../../core/message.js'
import { parsePair } from '../pair.js'
import { durationFlag, qosFlag } from './values.js'

const helpGroup = 'MESSAGE'

/** The flags that say what a message carries beside its payload. */
export const messageFlags = {
  qos: qosFlag({
    char: 'q',
    helpGroup,
    summary: 'delivery: 0 at most once, 1 at least once, 2 exactly once (default 1)'
  }),
  retain: Flags.boolean({
    char: 'r',
    helpGroup,
    summary: "keep it on the broker as the channel's last value"
  }),
  header: Flags.string({
    char: 'H',
    helpGroup,
    helpValue: 'NAME=VALUE',
    multiple: true,
    multipleNonGreedy: true,
    summary: 'header (MQTT 5 user property); may be repeated'
  }),
  'content-type': Flags.string({
    helpGroup,
    helpValue: 'TYPE',
    summary:
      'content type; application/json by itself where PAYLOAD, a file or all of stdin is a JSON object or array'
  }),
  expiry: durationFlag({ helpGroup, summary: 'the broker forgets it when nobody took it for this long' }),
  'response-channel': Flags.string({
    helpGroup,
    helpValue: 'CHANNEL',
    summary: 'the channel on which an answer is expected'
  }),
  correlation: Flags.string({
    helpGroup,
    helpValue: 'TEXT',
    summary: 'what the answer is to carry, to be recognised'
  }),
  'payload-utf8': Flags.boolean({ helpGroup, summary: 'declare the payload to be UTF-8 text' })
}

interface MessageFlags {
  readonly qos?: Qos | undefined
  readonly retain?: boolean | undefined
  readonly header?: string[] | undefined
  readonly 'content-type'?: string | undefined
  readonly expiry?: number | undefined
  readonly 'response-channel'?: string | undefined
  readonly correlation?: string | undefined
  readonly 'payload-utf8': boolean
}

/** What every message of one command has in common. */
export interface MessageTemplate {
  readonly headers: readonly Header[]
  readonly mqtt: MqttBinding
}

/** Turns the message flags into what they say; a bad one is a usage error. */
export function messageTemplateOf(flags: MessageFlags): MessageTemplate {
  const response = flags['response-channel']
  const contentType = flags['content-type']
  return {
    headers: flags.header?.map((text) => parsePair(text, 'header')) ?? NO_HEADERS,
    mqtt: {
      qos: flags.qos ?? 1,
      // oclif says boolean, and gives nothing for a flag that is absent: an envelope needs to know.
      retain: flags.retain ?? false,
      ...(flags['payload-utf8'] && { payloadUtf8: true }),
      ...(flags.expiry !== undefined && { expiry: Math.ceil(flags.expiry / 1000) }),
      ...(contentType !== undefined && { contentType }),
      ...(response !== undefined && { responseChannel: checkChannelName(response) }),
      ...(flags.correlation !== undefined && { correlation: Buffer.from(flags.correlation) })
    }
  }
}
