import fs from 'node:fs'
import { Flags } from '@oclif/core'
import { ByteWriter } from '../../core/byte-writer.js'
import { encodeEnvelope } from '../../core/envelope/envelope.js'
import { BINDING_FIELDS } from '../../core/envelope/unknown-fields.js'
import { TidingsError } from '../../core/errors.js'
import { DEFAULT_GUARANTEE, type Guarantee, type Message, payloadBytes } from '../../core/message.js'
import { decodeUtf8 } from '../../core/utf8.js'
import { visibleText } from '../../core/visible-text.js'
import { fileOutput, type Output, outputFailure, STDOUT, takeBack } from '../../files/output.js'
import { waitForReader } from '../../files/wait-for-reader.js'
import { parseMessageFormat } from '../../ui/message-format.js'
import { createMessageLines } from '../../ui/message-lines.js'
import { createMessagePrinter } from '../../ui/message-printer.js'
import { createTheme } from '../../ui/theme.js'
import { formatViolationLines } from '../../ui/violation-lines.js'
import { checkFileToWrite } from '../file-to-write.js'
import type { Io } from '../io.js'
import { colorFlag, colourLevelFor } from './color.js'
import type { FlagValues } from './flag-values.js'

const helpGroup = 'OUTPUT'

/** The flags that say how received messages are written, and where to. */
export const outputFlags = {
  json: Flags.boolean({
    char: 'j',
    helpGroup,
    exclusive: ['raw', 'format', 'pretty'],
    summary:
      'one envelope per line: JSON from which publish --json publishes the same bytes; errors are JSON, too'
  }),
  raw: Flags.boolean({
    helpGroup,
    exclusive: ['format', 'pretty'],
    summary:
      'only the bytes of the payload, and a newline; a terminal gets control characters as visible escapes'
  }),
  newline: Flags.boolean({
    helpGroup,
    allowNo: true,
    default: true,
    summary: 'end each --raw or --format message with a newline'
  }),
  format: Flags.string({
    char: 'F',
    helpGroup,
    helpValue: 'TEXT',
    exclusive: ['pretty'],
    summary: `one line per message, with the fields that --json prints: {channel} {time} {payload} {payload:hex} {payload:base64} {encoding} {headers} {headers.NAME} {payload.MEMBER} {${BINDING_FIELDS.find((field) => field.includes('.'))}} …; {channel:20} is 20 columns wide, {payload.temp:>6} on the right of 6 (<, >, ^), {channel:.20} is cut after 20`
  }),
  pretty: Flags.boolean({
    helpGroup,
    summary:
      'each message at length: a line for time and channel, with its QoS, lines for headers and properties, and the payload below'
  }),
  ...colorFlag,
  output: Flags.string({
    char: 'o',
    helpGroup,
    helpValue: 'FILE',
    summary:
      'write to a file instead of stdout (-); what the file held is replaced once the broker has granted the subscription'
  })
}

type OutputFlags = FlagValues<typeof outputFlags>

/** Those flags, and the guarantee that was asked for. */
export type MessageOutputFlags = OutputFlags & { readonly qos?: Guarantee | undefined }

/** What the flags say where none was given. */
export const AS_FOR_PEOPLE: OutputFlags = {
  json: false,
  raw: false,
  newline: true,
  format: undefined,
  pretty: false,
  color: undefined,
  output: undefined
}

/** Where received messages go. */
export interface MessageOutput {
  /** Empties the file, which is unchanged until then. The first batch does so, too. */
  readonly begin: () => void
  /** Writes a batch; a promise while the reader is slow. */
  readonly write: (batch: readonly Message[]) => void | Promise<void>
  /** Aborts when nobody reads the output any more. */
  readonly readerGone: AbortSignal
  readonly close: () => void
}

/** Puts a message's bytes or text into the buffer. */
type MessageEncoder = (message: Message, into: ByteWriter) => void

function encoderOf(flags: MessageOutputFlags, output: Output, io: Io): MessageEncoder {
  if (flags.json) return encodeEnvelope
  const end = flags.newline ? 0x0a : undefined
  if (flags.raw) {
    return (message, into) => {
      const payload = payloadBytes(message)
      if (output.isTerminal) into.writeText(visibleText(decodeUtf8(payload), { keepLines: true }))
      else into.writeBytes(payload)
      if (end !== undefined) into.writeByte(end)
    }
  }
  if (flags.format !== undefined) {
    const format = parseMessageFormat(flags.format, { visible: output.isTerminal })
    return (message, into) => {
      format(message, into)
      if (end !== undefined) into.writeByte(end)
    }
  }
  const colour = colourLevelFor(flags.color, output, io)
  const print = flags.pretty
    ? createMessagePrinter({ colour, width: output.columns })
    : createMessageLines({
        colour,
        get width() {
          return output.columns
        },
        // Whoever asks for QoS 0 gets all messages with it.
        usual: flags.qos === 0 ? 0 : DEFAULT_GUARANTEE
      })
  const theme = createTheme(colour)
  return (message, into) => {
    into.writeText(print(message))
    const { violations } = message
    if (violations !== undefined) into.writeText(formatViolationLines(violations, output.columns, theme))
  }
}

/** A payload of so many bytes is written from where it is: to copy it costs more than a further piece. */
const LARGE = 32_768

interface Destination {
  readonly output: Output
  /** Empties the file, at the first call only. */
  readonly begin?: () => void
  readonly close?: (() => void) | undefined
}

function openFile(path: string): Destination {
  const name = `"${path}"`
  const orFail = <Result>(work: () => Result): Result => {
    try {
      return work()
    } catch (error) {
      throw outputFailure(name, error)
    }
  }
  // Each write goes to the end of the file, because somebody may truncate it meanwhile (logrotate's copytruncate).
  const { O_WRONLY, O_CREAT, O_APPEND } = fs.constants
  const fd = orFail(() => fs.openSync(path, O_WRONLY | O_CREAT | O_APPEND, 0o600))
  let isBegun = !fs.fstatSync(fd).isFile()
  return {
    output: wholeWrites(fd, fileOutput(fd, name)),
    begin() {
      if (!isBegun) orFail(() => fs.ftruncateSync(fd))
      isBegun = true
    },
    close: () => fs.closeSync(fd)
  }
}

/** A full disk may take only a part of a batch. That batch is not acknowledged, so its part is removed again, and no line is left torn. */
function wholeWrites(fd: number, output: Output): Output {
  let size = 0
  const whole = (write: () => void | Promise<void>, bytes: number) => {
    try {
      void write()
    } catch (error) {
      takeBack(fd, size)
      throw error
    }
    size += bytes
  }
  const { writePieces } = output
  return {
    ...output,
    write: (content) => whole(() => output.write(content), Buffer.byteLength(content)),
    ...(writePieces && {
      writePieces: (pieces) =>
        whole(
          () => writePieces(pieces),
          pieces.reduce((sum, { length }) => sum + length, 0)
        )
    })
  }
}

/**
 * Opens the place that messages are written to, in the form that the flags ask for. If it is a pipe, waits for its reader.
 * @throws TidingsError of kind interrupted if a signal ends that wait; else as `messageOutputOf`
 */
export async function openMessageOutput(flags: MessageOutputFlags, io: Io): Promise<MessageOutput> {
  if (flags.output !== undefined) await waitForReader(flags.output, io.stop)
  return messageOutputOf(flags, io)
}

/** The same where nobody has to be waited for: the output is no pipe. */
export function messageOutputOf(flags: MessageOutputFlags, io: Io): MessageOutput {
  if (!flags.newline && !flags.raw && flags.format === undefined) {
    throw new TidingsError('usage', 'cannot use "--no-newline": it needs --raw or --format', {
      code: 'no-newline-without-raw',
      suggestion: 'add --raw'
    })
  }
  checkFileToWrite(flags.output)
  const gone = new AbortController()
  const { output, begin, close }: Destination =
    flags.output === undefined || flags.output === STDOUT
      ? { output: io.stdout, close: io.stdout.watchReader?.(() => gone.abort()) }
      : openFile(flags.output)
  const encode = encoderOf(flags, output, io)
  // A received payload stays as it is until it is written.
  const writer = new ByteWriter(undefined, output.writePieces && LARGE)
  return {
    begin: begin ?? (() => undefined),
    write(batch) {
      begin?.()
      for (const message of batch) encode(message, writer)
      const pieces = writer.takePieces()
      const [first] = pieces
      const writing = first && pieces.length === 1 ? output.write(first) : output.writePieces?.(pieces)
      if (writing === undefined) writer.reuse()
      return writing
    },
    readerGone: gone.signal,
    close: close ?? (() => undefined)
  }
}
