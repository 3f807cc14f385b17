import { isJsonObject, type JsonTree } from '../../core/catalogue/json-tree.js'
import { TidingsError } from '../../core/errors.js'
import { quoteName } from '../../core/visible-text.js'
import { readRegularFile } from '../bounded-file.js'
import { withoutMark } from '../whole-file.js'
import type { DocumentBytes } from './document-bytes.js'
import { parseJsonDocument } from './json-document.js'
import { textOf } from './text-document.js'

/** What reads documents cuts off deeper values. */
const DEEPEST = 64
const MIB = 1024 * 1024
const MOST_MIB = 32

/** Reads the whole of a document. @throws TidingsError of kind bad-input, with the name of the file, if it cannot be read */
export type ReadTree = (name: string) => JsonTree

/**
 * Returns what reads documents for those who do not change them: JSON if the name ends in `.json` or `.avsc`, otherwise YAML.
 * @param main the document that the user names: it may be a pipe, and is read here, because nobody could interrupt a wait for it later.
 * Other documents have to be regular files.
 * @param bytesOf reads it
 * @throws TidingsError of kind bad-input if `main` cannot be read, and of kind interrupted if `stop` aborts meanwhile
 */
export async function documentTrees(main: string, bytesOf: DocumentBytes): Promise<ReadTree> {
  const [{ YamlDocument }, mainBytes] = await Promise.all([
    import('./yaml-document.js'),
    bytesOf(main, MOST_MIB * MIB)
  ])
  const treeOf = (name: string, bytes: Uint8Array): JsonTree => {
    if (bytes.length > MOST_MIB * MIB) throw notUsable(name, `it has more than ${MOST_MIB} MiB`)
    if (!/\.(?:json|avsc)$/i.test(name)) return YamlDocument.parse(textOf(bytes)).get([]) ?? null
    return parseJsonDocument(bytes, DEEPEST + 1)
  }
  return (name) => {
    const bytes = name === main ? mainBytes : readRegularFile(name, MOST_MIB * MIB)
    try {
      const tree = treeOf(name, withoutMark(name, bytes))
      if (isDeeper(tree, DEEPEST)) throw notUsable(name, `it is nested more than ${DEEPEST} levels deep`)
      return tree
    } catch (error) {
      if (error instanceof RangeError) throw notUsable(name, 'it is nested too deeply')
      throw error instanceof TidingsError && error.details.file === undefined
        ? notUsable(name, error.message)
        : error
    }
  }
}

function isDeeper(value: JsonTree, levels: number): boolean {
  if (!Array.isArray(value) && !isJsonObject(value)) return false
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1))
}

function notUsable(name: string, why: string): TidingsError {
  return new TidingsError('bad-input', `cannot use ${quoteName(name)}: ${why}`, {
    code: 'bad-document',
    suggestion: 'correct the file',
    details: { file: name }
  })
}
