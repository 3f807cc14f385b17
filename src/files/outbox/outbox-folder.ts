import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { TidingsError } from '../../core/errors.js'
import { makeFolders } from '../../core/make-folders.js'
import {
  OPEN,
  type ProcessMark,
  parseSegmentName,
  parseSenderName,
  parseSentName,
  type SegmentName
} from '../../core/outbox/outbox-names.js'
import { inputFailure } from '../input.js'
import { outputFailure } from '../output.js'
import { syncFolder } from '../sync-folder.js'
import { checkOutboxFormat, markOutboxFormat } from './outbox-format.js'
import { isAlive } from './process-mark.js'

const OWNER_ONLY = 0o700
const OTHERS = 0o077

/** A segment, and the name of its file in the folder. */
export interface SegmentFile extends SegmentName {
  readonly file: string
}

/** The folder of an outbox, which only its owner can enter. */
export class OutboxFolder {
  private constructor(readonly name: string) {}

  /** Opens an outbox, and makes a missing one. Throws a `TidingsError` if other users may enter it, or own it. */
  static openOrMake(name: string): OutboxFolder {
    try {
      const make = (path: string) => fs.mkdirSync(path, OWNER_ONLY)
      if (makeFolders(name, { make, parentOf: dirname })) syncFolder(name)
    } catch (error) {
      throw writeFailure(name, error)
    }
    return OutboxFolder.open(name)
  }

  /** Opens an existing outbox. Throws a `TidingsError` if it is missing, if other users may enter it, or own it. */
  static open(name: string): OutboxFolder {
    let stats: fs.Stats
    try {
      stats = fs.statSync(name)
    } catch (error) {
      throw inputFailure(name, error)
    }
    if (!stats.isDirectory()) throw noFolder(name)
    if (process.getuid && stats.uid !== process.getuid()) {
      throw new TidingsError('bad-input', `cannot use the outbox "${name}": it belongs to another user`, {
        code: 'outbox-not-owned',
        suggestion: 'name a folder of your own',
        details: { outbox: name }
      })
    }
    if ((stats.mode & OTHERS) !== 0 && process.platform !== 'win32') {
      throw new TidingsError('bad-input', `cannot use the outbox "${name}": other users may enter it`, {
        code: 'outbox-not-private',
        suggestion: `chmod 700 ${name}`,
        details: { outbox: name }
      })
    }
    checkOutboxFormat(name)
    return new OutboxFolder(name)
  }

  path(file: string): string {
    return join(this.name, file)
  }

  /** The names of all files, sorted. Segments sort in the order in which they are sent. */
  files(): string[] {
    try {
      return fs.readdirSync(this.name).sort()
    } catch (error) {
      throw inputFailure(this.name, error)
    }
  }

  /** Segments in the order in which they are sent. A segment whose writer has died without closing it counts as closed. */
  segments(): SegmentFile[] {
    return this.files().flatMap((file) => {
      const segment = parseSegmentName(file)
      return segment === undefined
        ? []
        : [{ ...segment, file, closed: segment.closed || !isAlive(segment.writer) }]
    })
  }

  /** When the latest segment was begun, in microseconds since 1970-01-01 UTC; 0 if there is no segment. */
  latestBegun(): number {
    const latest = this.files().findLast((file) => parseSegmentName(file) !== undefined)
    return latest === undefined ? 0 : (parseSegmentName(latest)?.begun ?? 0)
  }

  /** The marks of sending processes. Some of these processes may have died since. */
  senders(): { file: string; mark: ProcessMark }[] {
    return this.files().flatMap((file) => {
      const mark = parseSenderName(file)
      return mark === undefined ? [] : [{ file, mark }]
    })
  }

  /** Opens a segment for reading, also if its writer has closed it and so renamed it meanwhile. `undefined` if the segment is gone. */
  openSegment({ file, base }: SegmentFile): number | undefined {
    return this.tryOpen(file) ?? (file.endsWith(OPEN) ? this.tryOpen(`${base}.ndjson`) : undefined)
  }

  /** Makes a new file that only its owner can read. */
  create(file: string): number {
    try {
      markOutboxFormat(this.name)
      return fs.openSync(this.path(file), 'wx', 0o600)
    } catch (error) {
      throw writeFailure(this.name, error)
    }
  }

  /** Removes files in this order. A missing file is no error. */
  remove(...files: string[]): void {
    try {
      for (const file of files) fs.rmSync(this.path(file), { force: true })
    } catch (error) {
      throw writeFailure(this.name, error)
    }
  }

  /** Removes the progress files of segments that are gone: a process was killed right after it had removed such a segment. */
  removeLeftovers(): void {
    const files = this.files()
    const bases = new Set(files.map((file) => parseSegmentName(file)?.base))
    for (const file of files) {
      const base = parseSentName(file)
      if (base !== undefined && !bases.has(base)) this.remove(file)
    }
  }

  private tryOpen(file: string): number | undefined {
    const path = this.path(file)
    let fd: number
    try {
      // Without O_NONBLOCK, opening a named pipe would wait for a writer.
      fd = fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw inputFailure(path, error)
    }
    if (fs.fstatSync(fd).isFile()) return fd
    fs.closeSync(fd)
    throw inputFailure(path, new Error('it is not a file'))
  }
}

export const writeFailure = (name: string, error: unknown) => outputFailure(`"${name}"`, error)

function noFolder(name: string): TidingsError {
  return new TidingsError('bad-input', `cannot use the outbox "${name}": it is not a directory`, {
    code: 'outbox-not-a-directory',
    suggestion: 'name a folder; it is made if there is none',
    details: { outbox: name }
  })
}
