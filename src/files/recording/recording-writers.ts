import fs from 'node:fs'
import { promisify } from 'node:util'
import { constants, createGzip, type Gzip } from 'node:zlib'
import type { RecordingWriter } from '../../core/recording/recording-files.js'
import { isTerminal } from '../is-terminal.js'
import { outputFailure, takeBack, terminalText } from '../output.js'

const fdatasync = promisify(fs.fdatasync)

/** Syncs a file. It is no error that a pipe or `/dev/null` cannot be synced. */
async function syncToDisk(fd: number): Promise<void> {
  try {
    await fdatasync(fd)
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

/** When written bytes are synced, so that they survive a loss of power: after every append, once at the end, or when the system does it. */
export type Syncing = 'always' | 'at-end' | 'never'

/** Writes at the end of an open file. Each append is written as a whole or not at all. */
export class PlainWriter implements RecordingWriter {
  readonly #isTerminal: boolean

  constructor(
    private readonly fd: number,
    private readonly name: string,
    private readonly syncing: Syncing,
    public size: number
  ) {
    this.#isTerminal = isTerminal(fd)
  }

  async append(content: Uint8Array): Promise<void> {
    const bytes = this.#isTerminal ? Buffer.from(terminalText(content)) : content
    try {
      for (let at = 0; at < bytes.length; ) at += fs.writeSync(this.fd, bytes, at, bytes.length - at)
      if (this.syncing === 'always') await syncToDisk(this.fd)
      this.size += bytes.length
    } catch (error) {
      // The caller does not acknowledge these bytes. If they cannot be taken back, the next `--append` drops the torn line.
      takeBack(this.fd, this.size)
      throw outputFailure(`"${this.name}"`, error)
    }
  }

  async close(): Promise<void> {
    try {
      if (this.syncing !== 'never') await syncToDisk(this.fd)
    } catch (error) {
      throw outputFailure(`"${this.name}"`, error)
    } finally {
      fs.closeSync(this.fd)
    }
  }
}

/** An unsynced recording is flushed after so many milliseconds, so that a crash costs no more than that. */
const FLUSH_EVERY = 1000

/**
 * Compresses into another writer. With syncing, every append is flushed to that writer, so that all acknowledged messages can be read
 * after a crash. Without syncing, the compressor is flushed once a second, which compresses better.
 */
export class GzipWriter implements RecordingWriter {
  private readonly engine: Gzip = createGzip()
  private output: Uint8Array[] = []
  private flushed = performance.now()
  private failed = false

  constructor(
    private readonly target: RecordingWriter,
    private readonly syncing: Syncing
  ) {
    this.engine.on('data', (bytes: Uint8Array) => this.output.push(bytes))
  }

  get size(): number {
    return this.target.size
  }

  async append(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.engine.write(bytes, (error) => (error ? reject(error) : resolve()))
    })
    if (this.syncing === 'always' || performance.now() - this.flushed >= FLUSH_EVERY) {
      await new Promise<void>((resolve) => this.engine.flush(constants.Z_SYNC_FLUSH, resolve))
      this.flushed = performance.now()
    }
    await this.pass()
  }

  async close(): Promise<void> {
    try {
      // A failed write leaves a gap, and an end after a gap would make the file damaged. Without an end it is torn, and can be continued.
      if (this.failed) return
      const ended = new Promise<void>((resolve) => this.engine.once('end', resolve))
      this.engine.end()
      await ended
      await this.pass()
    } finally {
      await this.target.close()
    }
  }

  private async pass(): Promise<void> {
    if (this.output.length === 0) return
    const output = this.output
    this.output = []
    try {
      await this.target.append(Buffer.concat(output))
    } catch (error) {
      this.failed = true
      throw error
    }
  }
}
