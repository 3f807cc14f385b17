import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { systemReason } from '../../../core/system-reason.js'
import { ByteReader } from '../../wire/byte-reader.js'
import { ByteWriter } from '../../wire/byte-writer.js'
import { crc32c } from '../../wire/crc-32c.js'

/** How far the journal was written: what an end that is missing is known by. */
export interface JournalEnd {
  readonly segment: number
  /** Bytes of that segment. */
  readonly length: number
  /** The number of the newest message. */
  readonly seq: number
}

/** More digits than we write: behind a file of somebody else's with eight nines our own ones go on. */
const SEGMENT = /^(\d{8,15})\.segment$/
/** The bytes of an end: three numbers of eight bytes at most, and their sum. */
const END_SIZE = 32

/** The files of a journal: segments with growing numbers, and one small file that says how far they go. */
export class SegmentFolder {
  readonly path: string

  constructor(path: string) {
    this.path = path
    mkdirSync(path, { recursive: true, mode: 0o700 })
  }

  /** In order. */
  segments(): number[] {
    const numbers: number[] = []
    for (const name of readdirSync(this.path)) {
      const [, number] = SEGMENT.exec(name) ?? []
      if (number !== undefined) numbers.push(Number(number))
    }
    return numbers.sort((a, b) => a - b)
  }

  fileOf(segment: number): string {
    return join(this.path, `${String(segment).padStart(8, '0')}.segment`)
  }

  get endFile(): string {
    return join(this.path, 'end')
  }

  get hasEnd(): boolean {
    return existsSync(this.endFile)
  }

  /** The lengths of all segments, in bytes. */
  sizes(): ReadonlyMap<number, number> {
    return new Map(this.segments().map((number) => [number, statSync(this.fileOf(number)).size]))
  }

  /** @throws Error that names the file, if it cannot be read */
  read(segment: number): Buffer {
    const file = this.fileOf(segment)
    try {
      return readFileSync(file)
    } catch (error) {
      throw unreadable(file, error)
    }
  }

  /** A file that cannot be removed takes room and harms nothing: the next start tries again. */
  remove(segment: number): void {
    try {
      rmSync(this.fileOf(segment), { force: true })
    } catch {}
  }

  /**
   * How far the journal was written; `undefined` if nothing says it, or damage.
   * @throws Error that names the file, if it cannot be read
   */
  end(): JournalEnd | undefined {
    if (!this.hasEnd) return undefined
    let bytes: Buffer
    try {
      bytes = readFileSync(this.endFile)
    } catch (error) {
      throw unreadable(this.endFile, error)
    }
    if (bytes.length < END_SIZE || crc32c(bytes, 0, END_SIZE - 4) !== bytes.readUInt32BE(END_SIZE - 4))
      return undefined
    const from = new ByteReader(bytes, 0, END_SIZE)
    return { segment: from.variableInteger(), length: from.variableInteger(), seq: from.variableInteger() }
  }
}

const unreadable = (file: string, cause: unknown) => new Error(`"${file}": ${systemReason(cause)}`, { cause })

/** Always of the same size, so that writing it anew needs no room on the disk. */
export function encodeEnd({ segment, length, seq }: JournalEnd): Buffer {
  const to = new ByteWriter(END_SIZE)
  to.variableInteger(segment)
  to.variableInteger(length)
  to.variableInteger(seq)
  to.bytes(new Uint8Array(END_SIZE - 4 - to.length))
  to.fourBytes(crc32c(to.written))
  return to.written
}
