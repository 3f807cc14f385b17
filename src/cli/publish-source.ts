import { checkChannelName } from '../core/channel-name.js'
import { TidingsError } from '../core/errors.js'
import type { Message } from '../core/message.js'
import type { MessageBatch } from '../core/message-batch.js'
import { quoteForShell } from '../core/quote-for-shell.js'
import { STDIN } from '../files/input.js'
import { askForMessage } from './ask-for-message.js'
import type { CommandContext } from './command-context.js'
import type { PublishedAs, PublishFlags } from './flags/publish.js'
import type { Io } from './io.js'
import { isMangledJson, QUOTE_IT } from './mangled-json.js'
import { paced } from './paced.js'
import { ARGUMENT, type PayloadReading, payloadReadingOf } from './payload-reading.js'
import {
  envelopeMessages,
  lineMessages,
  payloadMessage,
  readLineMessages,
  readPayloadFile,
  readWholeInput
} from './payload-sources.js'
import { isFile, warnOfFileName } from './warn-of-file-name.js'

/** The flags that say where the messages come from, and how often and how fast. */
export type SourceFlags = Pick<
  PublishFlags,
  'file' | 'lines' | 'key-delimiter' | 'json' | 'empty' | 'null' | 'encoding' | 'repeat' | 'every' | 'rate'
>

/** The messages to publish, and the channel for reports. */
export interface PublishSource {
  messages(signal: AbortSignal): AsyncIterable<MessageBatch>
  /** The channel, or undefined where each message has its own. */
  readonly channel: string | undefined
}

const usage = (message: string, code: string, suggestion: string) =>
  new TidingsError('usage', message, { code, suggestion })

/**
 * The source of payloads that was named; two are a usage error, before any socket opens. If none was named, it is a prompt on a terminal,
 * and otherwise stdin.
 */
function placeOf(payload: string | undefined, flags: SourceFlags, stdinIsTerminal: boolean): string {
  const named = [
    payload !== undefined && payload !== '-' && 'PAYLOAD',
    payload === '-' && '-',
    flags.file !== undefined && '--file',
    flags.lines && '--lines',
    flags.json && '--json',
    flags.empty && '--empty',
    flags.null && '--null'
  ].filter((place) => typeof place === 'string')
  const [place, other] = named
  if (other !== undefined) {
    throw usage(
      `cannot publish both "${place}" and "${other}": one source of messages at a time`,
      'two-sources',
      oneSource(place ?? '', other, payload ?? '')
    )
  }
  return place ?? (stdinIsTerminal ? 'prompt' : '-')
}

/** Who names a file beside `--lines` or `--json` wants what is in the file. */
function oneSource(place: string, other: string, payload: string): string {
  if (place === '--lines' && other === '--json')
    return 'leave out --lines if each line is an envelope, which has a channel and a payload; leave out --json if each line is a payload'
  if (place !== 'PAYLOAD') return `leave out ${other}`
  if (other === '--file')
    return 'leave out one of them; for several files repeat it: --file a.json --file b.json'
  if (other !== '--lines' && other !== '--json') return `leave out ${other}`
  return isFile(payload)
    ? `to publish what the file holds: ${other} < ${quoteForShell(payload)}`
    : `leave out ${other}; it reads stdin: ${other} < FILE`
}

/**
 * Decides where the messages come from, and checks all that can be checked before a socket opens: that there is one source, that the
 * channel name is valid, that files can be read and `.json` files hold JSON.
 */
export async function choosePayloadSource(
  args: { channel?: string | undefined; payload?: string | undefined },
  flags: SourceFlags,
  { facts, target, unknown, acceptance, grammar }: PublishedAs,
  { io, warn }: Pick<CommandContext, 'io' | 'warn'>
): Promise<PublishSource> {
  const place = placeOf(args.payload, flags, io.stdin.isTerminal)
  const interval = intervalOf(flags)
  const atPace = (stream: AsyncIterable<MessageBatch>, signal: AbortSignal) =>
    interval === undefined ? stream : paced(stream, interval, io.clock, signal)
  let channel = args.channel === undefined ? undefined : checkChannelName(args.channel, grammar)
  if (place === '--json') {
    if (flags.repeat !== undefined)
      throw usage(
        'cannot use "--repeat": stdin can be read only once',
        'repeated-stream',
        'tidings replay FILE --loop'
      )
    const defaults = { ...facts, channel }
    return {
      channel: undefined,
      messages: (signal) =>
        atPace(envelopeMessages(io.stdin, defaults, { target, unknown, acceptance }, signal), signal)
    }
  }
  const reading = payloadReadingOf({ encoding: flags.encoding, contentType: facts.contentType })
  const readArgument = (text: string) => reading?.(Buffer.from(text), ARGUMENT) ?? Buffer.from(text)
  let payload: Uint8Array | null | undefined
  if (place === 'prompt') {
    const asked = await askForMessage(channel, grammar, io)
    channel = asked.channel
    payload = readArgument(asked.payload)
  }
  if (channel === undefined) {
    const source = place === '-' ? 'PAYLOAD' : place === '--file' ? '--file FILE' : place
    throw usage('cannot publish: no channel was named', 'no-channel', `tidings publish CHANNEL ${source}`)
  }
  const name = channel
  if (place === '--lines') {
    if (flags.repeat !== undefined)
      throw usage(
        'cannot use "--repeat": stdin can be read only once',
        'repeated-stream',
        'tidings replay FILE --loop'
      )
    const delimiter = flags['key-delimiter']
    const isPlain = reading === undefined && acceptance.contract === undefined
    const lines = (signal: AbortSignal): AsyncIterable<MessageBatch> =>
      isPlain
        ? lineMessages(io.stdin, name, facts, signal, delimiter)
        : readLineMessages(io.stdin, name, facts, { delimiter, reading, acceptance }, signal)
    return { channel, messages: (signal) => atPace(lines(signal), signal) }
  }
  if (place === 'PAYLOAD') {
    const text = args.payload ?? ''
    warnOfFileName(text, warn)
    payload = readArgument(text)
    if (reading === undefined && isMangledJson(text))
      warn(`the payload begins like JSON but is not JSON; if it should be JSON, ${QUOTE_IT}`)
  }
  if (place === '--empty') payload = new Uint8Array(0)
  if (place === '--null') payload = null
  const accepted = (each: Uint8Array | null, from: string): Message[] => {
    const message = payloadMessage(name, each, facts)
    return acceptance.accepts(message, from) ? [message] : []
  }
  // What can be known before is known before a socket opens.
  const fixed =
    payload !== undefined
      ? [accepted(payload, place === 'prompt' ? ARGUMENT : place)]
      : (await payloadsOf(flags.file ?? [STDIN], reading, io.stop)).map(
          ([file, read]) => read && accepted(read, `"${file}"`)
        )
  const readStdin = async (signal: AbortSignal) => {
    const whole = await readWholeInput(io.stdin, signal)
    return signal.aborted ? [] : accepted(reading?.(whole, 'stdin') ?? whole, 'stdin')
  }
  const read = async (signal: AbortSignal) =>
    (await Promise.all(fixed.map(async (each) => each ?? readStdin(signal)))).flat()
  return {
    channel,
    messages: (signal) => repeated(read, { repeat: flags.repeat, interval }, io, signal)
  }
}

/** Microseconds from one message to the next; undefined: as fast as possible. */
function intervalOf({ every, rate }: Pick<SourceFlags, 'every' | 'rate'>): number | undefined {
  if (rate !== undefined) return 1_000_000 / rate
  return every === undefined || every === 0 ? undefined : every * 1000
}

/** The names and contents of the files; no content for stdin, which is read later. */
async function payloadsOf(
  files: readonly string[],
  reading: PayloadReading | undefined,
  stop: AbortSignal
): Promise<(readonly [file: string, read: Uint8Array | undefined])[]> {
  if (files.filter((name) => name === STDIN).length > 1) {
    throw usage(
      'cannot publish "-" twice: stdin can be read only once',
      'repeated-stream',
      'name - once; --repeat publishes the message several times'
    )
  }
  const payloads: (readonly [file: string, read: Uint8Array | undefined])[] = []
  for (const name of files)
    payloads.push([name, name === STDIN ? undefined : await readPayloadFile(name, stop, reading)])
  return payloads
}

/**
 * Yields the same messages `repeat` times. Each one is due at a multiple of the interval after the first, so the schedule does not drift.
 */
async function* repeated(
  read: (signal: AbortSignal) => Promise<readonly Message[]>,
  { repeat = 1, interval }: { repeat: number | undefined; interval: number | undefined },
  { clock }: Io,
  signal: AbortSignal
): AsyncGenerator<readonly Message[]> {
  const messages = await read(signal)
  if (messages.length === 0) return
  const began = clock.monotonic()
  let sent = 0
  for (let time = 0; time < repeat && !signal.aborted; time++) {
    if (interval === undefined) {
      yield messages
      continue
    }
    for (const message of messages) {
      await clock.sleepUntil(began + sent * interval, signal)
      if (signal.aborted) return
      yield [message]
      sent++
    }
  }
}
