import { closeSync, constants, ftruncateSync, openSync, writeSync } from 'node:fs'
import { ByteWriter } from '../../wire/byte-writer.js'
import type { Fact, Place } from './facts.js'
import { segmentHeader, writeRecord } from './records.js'
import { encodeEnd, type SegmentFolder } from './segment-folder.js'
import { SegmentReader } from './segment-reader.js'

/** A new segment begins once the last one has so many bytes, or four times as many as its checkpoint. */
export const SEGMENT_SIZE = 8 * 1024 * 1024
/** A new segment that could not be written is tried again after so many times as long, so that a full disk does not keep the broker busy. */
const PAUSE = 4
/** Milliseconds of that pause, at most. */
const LONGEST_PAUSE = 500
/** Bytes of facts that a large turn may leave reserved. */
const KEPT = 1024 * 1024
const PIECE = 1024 * 1024
/** Bytes behind the checkpoint from which on a new segment makes the next start faster. */
const WORTH_ROLLING = 256 * 1024

/** Where an undamaged journal ends. */
export interface JournalPosition {
  readonly segment: number
  readonly length: number
  readonly mark: number
  /** Bytes that the segment's checkpoint takes. */
  readonly checkpointLength: number
}

/** What a new segment begins with. */
export interface Checkpoint {
  /** Everything that is true now. Each step is given the place of the fact before. */
  facts(segment: number): Generator<Fact, void, Place>
  /** The segment is written and counts. */
  done(segment: number): void
}

/**
 * Appends facts to segments. A fact is written by the `commit` that follows it. A segment begins with a checkpoint, which repeats
 * what is true at that time; so older segments hold nothing but messages, and go when those are gone. After a write that failed
 * nothing is written before `renew` has begun a new segment, because the state may be ahead of what the disk has.
 */
export class Journal {
  readonly #folder: SegmentFolder
  readonly #checkpoint: Checkpoint
  readonly #segmentSize: number
  readonly #reader: SegmentReader
  /** Told when writing begins to fail, and when it works again: then without a reason. */
  onChange: (failure: Error | undefined) => void = () => undefined
  #pending = new ByteWriter(65_536)
  #position: JournalPosition
  #file: number | undefined
  #endFile: number | undefined
  #seq = 0
  #mustRoll: boolean
  #failure: Error | undefined
  /** Milliseconds on the process's clock before which no new segment is tried. */
  #notBefore = 0

  /** @param position where to go on; at the length 0 with the first fact begins a new segment, one number higher */
  constructor(
    folder: SegmentFolder,
    position: JournalPosition,
    checkpoint: Checkpoint,
    segmentSize = SEGMENT_SIZE
  ) {
    this.#folder = folder
    this.#reader = new SegmentReader(folder)
    this.#checkpoint = checkpoint
    this.#segmentSize = segmentSize
    this.#mustRoll = position.length === 0
    this.#position = position
  }

  /** Why nothing can be written at the moment. */
  get failure(): Error | undefined {
    return this.#failure
  }

  get segment(): number {
    return this.#position.segment
  }

  /** Adds a fact to what the next `commit` writes, and says where it will lie. */
  append(fact: Fact): Place {
    if (this.#position.length === 0 && this.#pending.length === 0) this.#tryToRoll()
    const { segment, mark } = this.#position
    const offset = this.#position.length + this.#pending.length
    if (fact.kind === 'message') this.#seq = Math.max(this.#seq, fact.seq)
    return { segment, offset, length: writeRecord(fact, false, mark, this.#pending) }
  }

  /** Writes what was appended. False: nothing of it is written, and `failure` says why. */
  commit(): boolean {
    if (this.#pending.length === 0) return true
    const bytes = this.#pending.written
    try {
      if (this.#mustRoll) return false
      const length = this.#position.length
      this.#write(bytes, length)
      this.#position = { ...this.#position, length: length + bytes.length }
      this.#writeEnd(this.#position)
      return true
    } catch (error) {
      this.#fail(error)
      return false
    } finally {
      if (bytes.length > KEPT) this.#pending = new ByteWriter(65_536)
      else this.#pending.cut(0)
    }
  }

  /**
   * Begins a new segment where one is due: the last one is full, or a write has failed. For moments at which all that was written is
   * part of the state, because the checkpoint repeats the state.
   */
  renew(): void {
    const { length, checkpointLength } = this.#position
    const isFull = length > Math.max(this.#segmentSize, checkpointLength * 4)
    if (isFull || this.#failure !== undefined) this.#tryToRoll()
  }

  /**
   * Reads the fact at a place.
   * @throws DamagedRecord if it is not there any more as it was written, and the system's error where it cannot be read now
   */
  read(place: Place): Fact {
    return this.#reader.read(place)
  }

  /** Takes away a segment that nothing needs any more. */
  remove(segment: number): void {
    this.#reader.forget(segment)
    this.#folder.remove(segment)
  }

  /** Writes what a failure has left unwritten, and leaves little to read to the next start. False: the disk is behind. */
  close(): boolean {
    const { length, checkpointLength } = this.#position
    const isWorthIt = length - checkpointLength > WORTH_ROLLING
    this.#notBefore = 0
    if (length > 0 && (this.#mustRoll || isWorthIt)) this.#tryToRoll()
    for (const file of [this.#file, this.#endFile]) if (file !== undefined) closeSync(file)
    this.#reader.close()
    this.#file = undefined
    this.#endFile = undefined
    return this.#failure === undefined
  }

  #tryToRoll(): void {
    const began = performance.now()
    if (began < this.#notBefore) return
    try {
      this.#roll()
      if (this.#failure === undefined) return
      this.#failure = undefined
      this.onChange(undefined)
    } catch (error) {
      const now = performance.now()
      this.#notBefore = now + Math.min((now - began) * PAUSE, LONGEST_PAUSE)
      // A full segment goes on for as long as the disk takes what is written to it.
      if (this.#mustRoll) this.#fail(error)
    }
  }

  /** Begins a new segment. */
  #roll(): void {
    const segment = this.#position.segment + 1
    let file: number | undefined
    try {
      // Many a broker begins no segment, and `node:crypto` takes 5 ms to load.
      const mark = process.getBuiltinModule('node:crypto').randomBytes(4).readUInt32BE()
      file = openSync(this.#folder.fileOf(segment), 'w', 0o600)
      const length = this.#writeCheckpoint(file, segment, mark)
      this.#writeEnd({ segment, length })
      if (this.#file !== undefined) closeSync(this.#file)
      this.#file = file
      this.#position = { segment, length, mark, checkpointLength: length }
    } catch (error) {
      if (file !== undefined) {
        closeSync(file)
        this.#folder.remove(segment)
      }
      throw error
    }
    this.#mustRoll = false
    this.#checkpoint.done(segment)
  }

  #writeCheckpoint(file: number, segment: number, mark: number): number {
    const to = new ByteWriter(PIECE)
    let length = 0
    const flush = () => {
      writeAll(file, to.written, length)
      length += to.length
      to.cut(0)
    }
    to.bytes(segmentHeader(mark))
    // A full disk is noticed before the facts are gathered.
    flush()
    const facts = this.#checkpoint.facts(segment)
    let next = facts.next()
    while (!next.done) {
      const offset = length + to.length
      const place = { segment, offset, length: writeRecord(next.value, true, mark, to) }
      if (to.length >= PIECE) flush()
      next = facts.next(place)
    }
    flush()
    return length
  }

  #write(bytes: Buffer, at: number): void {
    if (this.#file === undefined) {
      this.#file = openSync(this.#folder.fileOf(this.#position.segment), 'r+')
      // Behind the end may be what a process that died had begun to write.
      ftruncateSync(this.#file, at)
    }
    writeAll(this.#file, bytes, at)
  }

  #writeEnd({ segment, length }: { segment: number; length: number }): void {
    this.#endFile ??= openSync(this.#folder.endFile, constants.O_RDWR | constants.O_CREAT, 0o600)
    writeAll(this.#endFile, encodeEnd({ segment, length, seq: this.#seq }), 0)
  }

  #fail(error: unknown): void {
    const isNew = this.#failure === undefined
    this.#failure = error instanceof Error ? error : new Error(String(error))
    this.#mustRoll = true
    if (isNew) this.onChange(this.#failure)
    try {
      if (this.#file !== undefined) ftruncateSync(this.#file, this.#position.length)
    } catch {
      // What lies behind the end is never read.
    }
  }
}

function writeAll(file: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(file, bytes, done, bytes.length - done, at + done)
}
