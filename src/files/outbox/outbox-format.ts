import fs from 'node:fs'
import { join } from 'node:path'
import { TidingsError } from '../../core/errors.js'
import { inputFailure } from '../input.js'

/** The file that names the format of the messages in an outbox. Version 0.1 does not write this file, and does not touch it. */
const FILE = 'format'
/**
 * The version of the format that this program writes, and the newest that it reads. Since version 2, the fields that protocols share
 * stand outside of the protocols' bindings.
 */
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
  // The file is empty if the machine crashed before the file was written to the disk.
  if (text === '') return
  const version = MARK.exec(text)?.[1]
  if (version !== undefined && Number(version) >= 1 && Number(version) <= VERSION) return
  const what = version === undefined ? 'its file "format" cannot be read' : `it has format ${version}`
  throw new TidingsError('bad-input', `cannot use the outbox "${folder}": ${what}`, {
    code: 'newer-outbox',
    suggestion: 'use it with the version of tidings that made it',
    details: { outbox: folder }
  })
}

/** Marks an outbox with the format that this program writes. The mark is written as a whole or not at all. */
export function markOutboxFormat(folder: string): void {
  const file = join(folder, FILE)
  if ((fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0) return
  const begun = `${file}.${process.pid}`
  try {
    fs.writeFileSync(begun, `tidings outbox ${VERSION}\n`, { mode: 0o600 })
    fs.renameSync(begun, file)
  } catch (error) {
    fs.rmSync(begun, { force: true })
    throw error
  }
}
