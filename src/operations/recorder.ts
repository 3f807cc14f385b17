import { ByteWriter } from '../core/byte-writer.js'
import type { Clock } from '../core/clock.js'
import type { Message } from '../core/message.js'
import { HistoryPlaces } from '../core/recording/history-places.js'
import type { RecordProgress } from '../core/recording/record-progress.js'
import type { RecordRequest } from '../core/recording/record-request.js'
import { encodeEntry } from '../core/recording/recording-entry.js'
import type { RecordingFiles, RecordingWriter } from '../core/recording/recording-files.js'
import { formatRecordingHeader } from '../core/recording/recording-header.js'
import { numberedName } from '../core/recording/recording-name.js'

export interface RecorderOptions extends Pick<RecordRequest, 'output' | 'mode' | 'rotate'> {
  readonly files: RecordingFiles
  readonly clock: Clock
  readonly broker: string
  readonly patterns: readonly string[]
  readonly tidings: string
  /** What is recorded begins with history: messages are placed by their source times, and not by their arrival. */
  readonly isHistory?: boolean | undefined
  /** When it began, on the monotonic clock: before the file is made, where messages may have come by then. Absent: when the file is made. */
  readonly began?: number | undefined
}

/** How many channels are counted one by one. There is a limit because a hostile broker can make up any number of channels. */
const MOST_CHANNELS = 10_000

/**
 * When a message arrived, on the monotonic clock: it may have waited for the file, or for the messages before it. Its time is a date, and
 * whoever sets the clock moves dates: so it lies between the message before it and now.
 * @param before when the message before it arrived
 */
function arrivalOf({ time }: Message, before: number, now: number, date: number): number {
  const waited = time === undefined ? 0 : Math.max(0, date - time)
  return Math.max(before, now - waited)
}

/** Writes messages into a recording, or into a series of numbered recordings. */
export class Recorder implements RecordProgress {
  readonly channels = new Map<string | undefined, number>()
  readonly names: string[] = []
  entries = 0
  dropped = 0
  #earlierBytes = 0
  readonly #lines = new ByteWriter(64 * 1024)
  #writer: RecordingWriter | undefined
  /** The monotonic time from which offsets count, in microseconds. */
  #zero = 0
  /** When the last message arrived, on the monotonic clock. */
  #arrived = 0
  #opened = 0
  #number = 1
  /** Where messages of a history are, and the time from which their offsets count: undefined until the first one is known. */
  #places: HistoryPlaces | undefined
  #start: number | undefined
  #writing: Promise<void> = Promise.resolve()

  private constructor(private readonly options: RecorderOptions) {}

  /** Opens the file before anything is received. Rejects with a `TidingsError`, for example if the file exists. */
  static async open(options: RecorderOptions): Promise<Recorder> {
    const recorder = new Recorder(options)
    if (options.isHistory) recorder.#places = new HistoryPlaces()
    if (options.mode === 'continue' && options.rotate === undefined) await recorder.#continue()
    else await recorder.#create(options.began ?? options.clock.monotonic())
    return recorder
  }

  get bytes(): number {
    return this.#earlierBytes + (this.#writer?.size ?? 0)
  }

  /** Writes a batch. Resolves once the batch is on disk or, if the files do not sync, once the operating system has it. */
  write(batch: readonly Message[]): Promise<void> {
    this.#writing = this.#write(batch)
    return this.#writing
  }

  /** Waits for the last write, and closes the file. Rejects if either fails, also if nobody else waits for that write any more. */
  async close(): Promise<void> {
    try {
      await this.#writing
      // A history that has no message begins now.
      if (this.#places !== undefined && this.#start === undefined) await this.#begin(this.options.clock.now())
    } finally {
      await this.#writer?.close()
    }
  }

  async #write(batch: readonly Message[]): Promise<void> {
    const { clock } = this.options
    const [now, date] = [clock.monotonic(), clock.now()]
    for (const message of batch) {
      this.#arrived = arrivalOf(message, this.#arrived, now, date)
      if (this.#isFull(this.#arrived)) await this.#rotate()
      encodeEntry(message, await this.#offsetOf(message), this.#lines)
    }
    await this.#flush()
    for (const { channel } of batch) this.#count(channel)
    this.entries += batch.length
  }

  async #offsetOf({ sourceTime }: Message): Promise<number> {
    if (this.#places === undefined) return Math.max(0, this.#arrived - this.#zero)
    const place = this.#places.place(sourceTime, this.options.clock.now())
    if (this.#start === undefined) await this.#begin(place)
    return place - (this.#start ?? place)
  }

  /** Begins a recording of history, whose first message was published at that time. */
  async #begin(start: number): Promise<void> {
    this.#start = start
    await this.#writeHeader(start)
  }

  #count(channel: string): void {
    const counted = this.channels.has(channel) || this.channels.size < MOST_CHANNELS ? channel : undefined
    this.channels.set(counted, (this.channels.get(counted) ?? 0) + 1)
  }

  async #flush(): Promise<void> {
    if (this.#lines.length > 0) await this.#writer?.append(this.#lines.take())
  }

  #isFull(now: number): boolean {
    const { rotate } = this.options
    if (rotate === undefined) return false
    if ('duration' in rotate) return now - this.#opened >= rotate.duration
    return (this.#writer?.size ?? 0) + this.#lines.length >= rotate.bytes
  }

  async #rotate(): Promise<void> {
    await this.#flush()
    const writer = this.#writer
    // If the next file cannot be made, `close` must not close this file again.
    this.#writer = undefined
    await writer?.close()
    this.#earlierBytes += writer?.size ?? 0
    this.#number++
    await this.#create(this.#arrived)
  }

  /** @param began when what is in the file begins, on the monotonic clock */
  async #create(began: number): Promise<void> {
    const { files, mode, output, rotate, clock } = this.options
    const name = rotate === undefined ? output : numberedName(output, this.#number)
    this.#writer = await files.create(name, mode === 'overwrite')
    this.names.push(name)
    this.#zero = began
    this.#opened = began
    // A history begins with its first message.
    this.#start = undefined
    if (this.#places === undefined) await this.#writeHeader(clock.now() - (clock.monotonic() - began))
  }

  /** A file that cannot take even its header does not stay. */
  async #writeHeader(started: number): Promise<void> {
    const { broker, patterns, tidings, files } = this.options
    try {
      await this.#writer?.append(Buffer.from(formatRecordingHeader({ started, broker, patterns, tidings })))
    } catch (error) {
      const writer = this.#writer
      this.#writer = undefined
      // What is told is why nothing could be written.
      await writer?.close().catch(() => undefined)
      const name = this.names.pop()
      if (name !== undefined) files.discard(name)
      throw error
    }
  }

  /**
   * Continues a recording. Offsets count from the start of the recording, so that the gap between the two runs is kept. If the clock was
   * set back, offsets still increase.
   */
  async #continue(): Promise<void> {
    const { files, output, clock } = this.options
    const continued = await files.continue(output)
    this.#writer = continued.writer
    this.dropped = continued.dropped
    this.names.push(output)
    this.#opened = clock.monotonic()
    this.#arrived = this.#opened
    this.#zero = this.#opened
    const { started, lastOffset } = continued
    if (this.#places !== undefined) {
      this.#start = started
      if (started !== undefined) this.#places = new HistoryPlaces(started + (lastOffset ?? 0))
      return
    }
    if (started === undefined) return this.#writeHeader(clock.now())
    const elapsed = Math.max(clock.now() - started, (lastOffset ?? -1) + 1)
    this.#zero -= elapsed
  }
}
