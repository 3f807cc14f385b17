import fs from 'node:fs'
import path from 'node:path'
import type { DocumentFiles } from '../../core/asyncapi/document-files.js'
import { type EditableDocument, ValueDocument } from '../../core/asyncapi/editable-document.js'
import { formatJson, jsonObject } from '../../core/catalogue/json-tree.js'
import { TidingsError } from '../../core/errors.js'
import { decodeUtf8 } from '../../core/utf8.js'
import { quoteName } from '../../core/visible-text.js'
import { type Output, outputFailure, STDOUT } from '../output.js'
import type { DocumentBytes } from './document-bytes.js'
import { parseJsonDocument } from './json-document.js'
import { JsonSource } from './json-source.js'
import { badDocument, textOf } from './text-document.js'

const DEEPEST = 256
/** Bytes. */
const MOST = 268_435_456

/**
 * Documents in the file system: JSON if the name ends in `.json`, otherwise YAML. `-` is stdout, where a document is always new.
 * @param bytesOf reads them
 */
export function documentFiles(stdout: Output, bytesOf: DocumentBytes): DocumentFiles {
  return {
    async read({ name, mustExist }, use) {
      const bytes = name === STDOUT && !mustExist ? undefined : await readIfThere(name, mustExist, bytesOf)
      const parse = await parserOf(name)
      return naming(name, () => use(parse(bytes), bytes === undefined))
    },
    async write(name, document) {
      const text = document.format()
      if (name === STDOUT) await stdout.write(text)
      else replaceFile(name, text)
    }
  }
}

/** Adds the file's name to an error of `work`. */
function naming<Result>(name: string, work: () => Result): Result {
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

function replaceFile(name: string, text: string): void {
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

async function readIfThere(
  name: string,
  mustExist: boolean,
  bytesOf: DocumentBytes
): Promise<Uint8Array | undefined> {
  try {
    const bytes = await bytesOf(name, MOST)
    if (bytes.length > MOST) throw badDocument('it has more than 256 MiB')
    return bytes
  } catch (error) {
    if (!mustExist && error instanceof TidingsError && error.code === 'no-such-file') return undefined
    throw error
  }
}

async function parserOf(name: string): Promise<(bytes: Uint8Array | undefined) => EditableDocument> {
  if (/\.json$/i.test(name)) return jsonDocument
  const { YamlDocument } = await import('./yaml-document.js')
  return (bytes) => YamlDocument.parse(bytes === undefined ? '' : textOf(bytes))
}

function jsonDocument(bytes: Uint8Array | undefined): EditableDocument {
  if (bytes === undefined) return new ValueDocument(jsonObject(), (root) => `${formatJson(root, 2)}\n`)
  const tree = parseJsonDocument(bytes, DEEPEST)
  const source = new JsonSource(decodeUtf8(bytes), DEEPEST)
  return new ValueDocument(tree, (root) => source.write(root))
}
