import type { Diagnosis } from '../sockets/diagnosis.js'
import { METHOD } from './wire/frame-types.js'

/** What answers speaks another protocol. */
export class OtherProtocolError extends Error {
  constructor(readonly diagnosis: Diagnosis) {
    super(diagnosis.why)
  }
}

const NOT_AMQP = 'not-amqp'
const OTHER_PORT = 'check the port: RabbitMQ has 5672 for AMQP, and 5671 with TLS'

/** How the answers of other servers begin, as Latin-1. */
const OTHERS: readonly (readonly [start: RegExp, Diagnosis])[] = [
  [/^HTTP\//, { code: 'http-server', why: 'an HTTP server answered on this port', suggestion: OTHER_PORT }],
  [
    /^[\x15\x16]\x03/,
    {
      code: 'tls-expected',
      why: 'the broker expects TLS on this port',
      suggestion: 'connect with TLS: amqps://'
    }
  ],
  [/^SSH-/, { code: NOT_AMQP, why: 'an SSH server answered on this port', suggestion: OTHER_PORT }],
  [
    /^[\x20\xe0]/,
    {
      code: NOT_AMQP,
      why: 'the answer is MQTT and not AMQP',
      suggestion: `connect with mqtt://, or ${OTHER_PORT}`
    }
  ]
]

/** `AMQP`, a number of the protocol, and its version. */
const LENGTH = 8

/**
 * Judges the first bytes of an answer. Returns whether they begin a frame; `undefined` if more bytes are needed.
 * @throws OtherProtocolError
 */
function judgeFirstBytes(bytes: Buffer): true | undefined {
  if (bytes.length === 0) return undefined
  if (bytes[0] === METHOD) return true
  const text = bytes.toString('latin1', 0, LENGTH)
  const isHeader = text.startsWith('AMQP'.slice(0, text.length))
  if (isHeader && bytes.length < LENGTH) return undefined
  if (isHeader) throw new OtherProtocolError(otherVersion(bytes))
  const known = OTHERS.find(([start]) => start.test(text))?.[1]
  throw new OtherProtocolError(
    known ?? { code: NOT_AMQP, why: 'the answer is not AMQP', suggestion: OTHER_PORT }
  )
}

/** A broker that cannot speak the version of the client's header answers with a header of its own. */
function otherVersion(header: Buffer): Diagnosis {
  const [major, minor, revision] = header.subarray(5)
  const version = major === 0 ? `${major}-${minor}-${revision}` : `${major}.${minor}`
  return {
    code: 'protocol-unsupported',
    why: `the broker speaks AMQP ${version}, and not AMQP 0-9-1`,
    suggestion:
      'AMQP 1.0 is another protocol: connect to a RabbitMQ, or over MQTT (mqtt://) if the broker has that'
  }
}

const NOTHING = Buffer.alloc(0)

/** Judges how the answer of a server begins. */
export class FirstBytes {
  #held: Buffer = NOTHING
  #hasBegun = false

  /**
   * The bytes that belong to frames: the chunk, or all that has come; nothing while too few bytes have come to know.
   * @throws OtherProtocolError
   */
  judge(chunk: Buffer): Buffer {
    if (this.#hasBegun) return chunk
    const bytes = Buffer.concat([this.#held, chunk])
    this.#hasBegun = judgeFirstBytes(bytes) === true
    this.#held = this.#hasBegun ? NOTHING : bytes
    return this.#hasBegun ? bytes : NOTHING
  }
}
