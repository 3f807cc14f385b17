import type { DocumentFiles } from '../../src/core/asyncapi/document-files.js'
import { YamlDocument } from '../../src/files/document/yaml-document.js'

/** Documents in memory, by their names. */
export function memoryDocuments(texts: Readonly<Record<string, string>> = {}) {
  const written = new Map(Object.entries(texts))
  const files: DocumentFiles = {
    read: async ({ name }, use) => use(YamlDocument.parse(written.get(name) ?? ''), !written.has(name)),
    write: async (name, document) => void written.set(name, document.format())
  }
  return { files, written }
}
