import fs from 'node:fs'
import { join } from 'node:path'
import { TidingsError } from '../../core/errors.js'
import { inputFailure } from '../input.js'

/** The file that says how messages are stored in an outbox. Version 0.1 wrote none, and leaves it alone. */
const FILE = 'format'
/** The format that this program writes, and the newest that it reads: since 2 what protocols have in common stands outside of their bindings. */
const VERSION = 2
const MARK = /^tidings outbox (\d{1,9})\n/

/** Throws a `TidingsError` of kind bad-input for an outbox of a newer format: its messages could be misread. */
export function checkOutboxFormat(folder: string): void {
  let text: string
  try {
    text = fs.readFileSync(join(folder, FILE), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw inputFailure(join(folder, FILE), error)
  }
  const version = MARK.exec(text)?.[1]
  if (version !== undefined && Number(version) <= VERSION) return
  const what = version === undefined ? 'its file "format" cannot be read' : `it has format ${version}`
  throw new TidingsError('bad-input', `cannot use the outbox "${folder}": ${what}`, {
    code: 'newer-outbox',
    suggestion: 'use it with the version of tidings that made it',
    details: { outbox: folder }
  })
}

/** Marks an outbox with the format that is about to be written into it. */
export function markOutboxFormat(folder: string): void {
  try {
    fs.writeFileSync(join(folder, FILE), `tidings outbox ${VERSION}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
