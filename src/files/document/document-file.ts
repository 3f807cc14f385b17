import fs from 'node:fs'
import path from 'node:path'
import { type EditableDocument, ValueDocument } from '../../core/asyncapi/editable-document.js'
import { formatJson, jsonObject } from '../../core/catalogue/json-tree.js'
import { parseJson } from '../../core/catalogue/parse-json.js'
import { TidingsError } from '../../core/errors.js'
import { scanJson } from '../../core/json/json-text.js'
import { decodeUtf8, isUtf8 } from '../../core/utf8.js'
import { quoteName } from '../../core/visible-text.js'
import { inputFailure } from '../input.js'
import { type Output, outputFailure, STDOUT } from '../output.js'
import { JsonSource } from './json-source.js'

const DEEPEST = 256

export interface OpenedDocument {
  readonly document: EditableDocument
  /** There is no such file yet: the document is empty. */
  readonly isNew: boolean
}

/**
 * Reads a document: JSON if its name ends in `.json`, otherwise YAML. Stdout, and a file that is not there unless `mustExist`,
 * is an empty document.
 * @throws TidingsError of kind bad-input for a file that cannot be read or is neither
 */
export async function readDocument(name: string, mustExist: boolean): Promise<OpenedDocument> {
  const bytes = name === STDOUT && !mustExist ? undefined : readIfThere(name, mustExist)
  const parse = await parserOf(name)
  return { document: naming(name, () => parse(bytes)), isNew: bytes === undefined }
}

/** Names the file in what `work` fails with. */
export function naming<T>(name: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof TidingsError ? about(name, error) : error
  }
}

function about(name: string, error: TidingsError): TidingsError {
  const { suggestion, code } = error
  return new TidingsError('bad-input', `cannot use ${quoteName(name)}: ${error.message}`, {
    code,
    ...(suggestion !== undefined && { suggestion }),
    details: { file: name },
    cause: error
  })
}

/** Writes the document in one step: a reader sees the old file or the new one, never a part. */
export async function writeDocument(name: string, document: EditableDocument, stdout: Output): Promise<void> {
  const text = document.format()
  if (name === STDOUT) return void (await stdout.write(text))
  const target = fs.existsSync(name) ? fs.realpathSync(name) : name
  const draft = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.tmp`)
  try {
    const mode = fs.existsSync(target) ? fs.statSync(target).mode & 0o777 : 0o666
    fs.writeFileSync(draft, text, { mode, flag: 'wx', flush: true })
    fs.renameSync(draft, target)
  } catch (error) {
    fs.rmSync(draft, { force: true })
    throw outputFailure(quoteName(name), error)
  }
}

function readIfThere(name: string, mustExist: boolean): Uint8Array | undefined {
  try {
    return fs.readFileSync(name)
  } catch (error) {
    if (!mustExist && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw inputFailure(name, error)
  }
}

async function parserOf(name: string): Promise<(bytes: Uint8Array | undefined) => EditableDocument> {
  if (/\.json$/i.test(name)) return parseJsonDocument
  const { YamlDocument } = await import('./yaml-document.js')
  return (bytes) => YamlDocument.parse(bytes === undefined ? '' : textOf(bytes))
}

function textOf(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw notReadable('it is not UTF-8 text')
  return decodeUtf8(bytes)
}

function parseJsonDocument(bytes: Uint8Array | undefined): EditableDocument {
  if (bytes === undefined) return new ValueDocument(jsonObject(), (root) => `${formatJson(root, 2)}\n`)
  const scan = scanJson(bytes)
  if (!scan.ok) throw notReadable(`it is no JSON: ${scan.reason}, at byte ${scan.offset}`)
  const text = decodeUtf8(bytes)
  const source = new JsonSource(text, DEEPEST)
  return new ValueDocument(parseJson(text, DEEPEST), (root) => source.write(root))
}

function notReadable(why: string): TidingsError {
  return new TidingsError('bad-input', why, {
    code: 'bad-document',
    suggestion: 'correct the file, or write to another one'
  })
}
