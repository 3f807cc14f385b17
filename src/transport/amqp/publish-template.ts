import { DEFAULT_GUARANTEE, type Message } from '../../core/message.js'
import { addressOf } from './channel-address.js'
import { type Flaw, isFlaw, propertiesOf } from './message-properties.js'
import { ArgumentWriter } from './wire/argument-writer.js'
import { writeProperties } from './wire/basic-properties.js'
import { FRAME_END, FRAME_HEAD, HEADER } from './wire/frame-types.js'
import { methodFrame } from './wire/method-frame.js'
import { BASIC, BASIC_PUBLISH } from './wire/methods.js'

/** Everything of a published message but its payload; messages that share it are encoded by copying it. */
export interface PublishTemplate {
  /** The message that it was made from. */
  readonly message: Message
  /** The number of the channel that it is for. */
  readonly channel: number
  /** The frames of the method and of the content header. */
  readonly head: Uint8Array
  /** How many bytes the frame of the content header has, which cannot be divided. */
  readonly headerSize: number
  /** Where in `head` the lower four bytes of the payload's length stand. */
  readonly sizeAt: number
  /** Exchange and routing key, as they stand in the method: each has its length before it. */
  readonly address: Uint8Array
  readonly exchange: string
  readonly key: string
  /** Why no content can hold this, if so. */
  readonly flaw: Flaw | undefined
}

/** The flag of Basic.Publish that has the broker send a message back that no queue takes. */
const MANDATORY = 1
/** Where the lower half of the body's size stands in the frame of a content header. */
const SIZE_AT = FRAME_HEAD + 8
/** Where exchange and key stand in the frame of Basic.Publish: behind the method's number and two bytes that mean nothing. */
const ADDRESS_AT = FRAME_HEAD + 6
/** The flags and the end of the frame. */
const BEHIND_ADDRESS = 2
/** How many channels are remembered with their frames. */
const REMEMBERED = 1024

const NOTHING = Buffer.alloc(0)

interface Method extends Pick<PublishTemplate, 'exchange' | 'key' | 'address'> {
  readonly frame: Buffer
}

/**
 * Makes templates for one channel of AMQP. Remembers the last one, because messages that follow each other mostly differ only in their
 * payload, and the methods of many names, because messages that share all else may alternate between names.
 */
export class PublishTemplates {
  readonly #channel: number
  readonly #exchange: string
  readonly #isMandatory: boolean
  readonly #methods = new Map<string, Method>()
  #last: PublishTemplate | undefined
  #header: Buffer = NOTHING

  /**
   * @param exchange the exchange of the broker's URL
   * @param isMandatory the broker sends back what no queue takes
   */
  constructor(channel: number, exchange: string, isMandatory: boolean) {
    this.#channel = channel
    this.#exchange = exchange
    this.#isMandatory = isMandatory
  }

  of(message: Message): PublishTemplate {
    const last = this.#last
    if (last !== undefined && last.message.channel === message.channel && hasSameFacts(last.message, message))
      return last
    this.#last = this.#make(message, last)
    return this.#last
  }

  #make(message: Message, last: PublishTemplate | undefined): PublishTemplate {
    const { frame, ...place } = this.#methodFor(message.channel)
    let flaw = last?.flaw
    if (last === undefined || !hasSameFacts(last.message, message)) {
      flaw = message.payload === null ? NO_PAYLOAD : undefined
      const properties = propertiesOf(message)
      if (isFlaw(properties)) flaw ??= properties
      else this.#header = contentHeader(this.#channel, (to) => writeProperties(to, properties))
    }
    const head = flaw === undefined ? Buffer.concat([frame, this.#header]) : NOTHING
    const headerSize = this.#header.length
    return {
      message,
      channel: this.#channel,
      head,
      headerSize,
      sizeAt: frame.length + SIZE_AT,
      ...place,
      flaw
    }
  }

  #methodFor(channel: string): Method {
    const known = this.#methods.get(channel)
    if (known !== undefined) return known
    const { exchange = this.#exchange, key } = addressOf(channel)
    const frame = methodFrame(this.#channel, BASIC_PUBLISH, (to) => {
      to.twoBytes(0)
      to.shortText(exchange)
      to.shortText(key)
      to.byte(this.#isMandatory ? MANDATORY : 0)
    })
    if (this.#methods.size === REMEMBERED) this.#methods.clear()
    const method = {
      exchange,
      key,
      frame,
      address: frame.subarray(ADDRESS_AT, frame.length - BEHIND_ADDRESS)
    }
    this.#methods.set(channel, method)
    return method
  }
}

const NO_PAYLOAD: Flaw = {
  reason: 'AMQP has no messages without a payload',
  suggestion: 'publish an empty payload instead: --empty'
}

/** The frame of a content header, with a body size of 0. */
function contentHeader(channel: number, writeRest: (to: ArgumentWriter) => void): Buffer {
  const frame = new ArgumentWriter(128)
  frame.byte(HEADER)
  frame.twoBytes(channel)
  frame.fourBytes(0)
  frame.twoBytes(BASIC)
  frame.twoBytes(0)
  frame.eightBytes(0)
  writeRest(frame)
  frame.setFourBytes(frame.length - FRAME_HEAD, 3)
  frame.byte(FRAME_END)
  return frame.written
}

/** Facts are compared by identity: they are read-only. */
function hasSameFacts(one: Message, other: Message): boolean {
  return (
    one.amqp === other.amqp &&
    (one.headers === other.headers || (one.headers.length === 0 && other.headers.length === 0)) &&
    one.contentType === other.contentType &&
    one.expiry === other.expiry &&
    one.responseChannel === other.responseChannel &&
    one.correlation === other.correlation &&
    one.sourceTime === other.sourceTime &&
    (one.payload === null) === (other.payload === null)
  )
}

/** Whether the broker is asked to confirm the message. */
export const isConfirmed = ({ guarantee = DEFAULT_GUARANTEE }: Message): boolean => guarantee > 0
