import { constants, crc32, createGzip, type Gzip } from 'node:zlib'
import type { RecordingWriter } from '../../core/recording/recording-files.js'
import type { FileAppender, Syncing } from '../file-appender.js'

/** Unsynced recordings still flush so often, in milliseconds, so that a crash costs no more than that; or when so much is waiting. */
const FLUSH_EVERY = 1000
const MOST_WAITING = 64 * 1024

/** The last block of compressed data, with nothing in it. */
const LAST_BLOCK = [0x03, 0x00]

/** What a compressed file is written to. */
export type GzipTarget = Pick<FileAppender, 'append' | 'close' | 'cut' | 'canCut' | 'size'>

/**
 * Compresses into another writer. With syncing, every append is flushed to that writer, so that all acknowledged messages can be
 * read after a crash; without syncing that is done once a second, which compresses better. Behind each flush stands the end of a gzip file (RFC 1952),
 * which the next one takes away: whatever ends the process, SIGKILL included, other programs can read the file.
 */
export class GzipWriter implements RecordingWriter {
  private readonly engine: Gzip = createGzip()
  private output: Uint8Array[] = []
  private waiting = 0
  private flushed = performance.now()
  private failed = false
  private checksum = 0
  private length = 0
  /** Something was appended since the last flush. */
  private isBehind = true
  /** The end that stands in the file. */
  private end: Uint8Array | undefined

  constructor(
    private readonly target: GzipTarget,
    private readonly syncing: Syncing
  ) {
    this.engine.on('data', (bytes: Uint8Array) => {
      this.output.push(bytes)
      this.waiting += bytes.length
    })
  }

  get size(): number {
    return this.target.size
  }

  async append(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.engine.write(bytes, (error) => (error ? reject(error) : resolve()))
    })
    this.checksum = crc32(bytes, this.checksum)
    this.length += bytes.length
    this.isBehind = true
    const isLate = performance.now() - this.flushed >= FLUSH_EVERY || this.waiting >= MOST_WAITING
    if (this.syncing === 'always' || isLate) await this.pass(this.target.canCut)
  }

  async close(): Promise<void> {
    try {
      // Behind a gap even the end would be damage.
      if (!this.failed && (this.isBehind || this.end === undefined)) await this.pass(true)
    } finally {
      this.engine.destroy()
      await this.target.close()
    }
  }

  /** Writes all that was appended, and the end of the file if it is to be `ended`. */
  private async pass(ended: boolean): Promise<void> {
    await new Promise<void>((resolve) => this.engine.flush(constants.Z_SYNC_FLUSH, resolve))
    this.flushed = performance.now()
    this.isBehind = false
    const end = ended ? this.formatEnd() : undefined
    const output = Buffer.concat(end === undefined ? this.output : [...this.output, end])
    this.output = []
    this.waiting = 0
    const before = this.end
    try {
      if (before !== undefined) this.target.cut(before.length)
      this.end = undefined
      await this.target.append(output)
      this.end = end
    } catch (error) {
      this.failed = true
      // There is room for the end that stood there before.
      if (before !== undefined && this.end === undefined)
        await this.target.append(before).catch(() => undefined)
      throw error
    }
  }

  private formatEnd(): Uint8Array {
    const end = Buffer.alloc(LAST_BLOCK.length + 8)
    end.set(LAST_BLOCK)
    end.writeUInt32LE(this.checksum, LAST_BLOCK.length)
    end.writeUInt32LE(this.length % 2 ** 32, LAST_BLOCK.length + 4)
    return end
  }
}
