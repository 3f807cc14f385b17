import type { Comparison } from '../core/asyncapi/compare-document.js'
import type { DocumentFiles, DocumentRequest } from '../core/asyncapi/document-files.js'
import type { ChannelFamily } from '../core/catalogue/channel-family.js'
import type { PatternRules } from '../core/channel-pattern.js'
import type { DescribedServer } from '../core/described-server.js'
import { type ChannelDocument, documentChannels, openChannelDocument } from './document-channels.js'

/** An AsyncAPI document, and the name of its file. */
export interface DocumentInFile extends ChannelDocument {
  readonly name: string
}

/**
 * Opens a document. A file that does not exist, and need not, is opened as an empty document.
 * @param rules what divides the levels of the document's addresses, and how patterns match them
 * @throws TidingsError of kind bad-input for a file that cannot be used
 */
export function openDocument(
  files: DocumentFiles,
  request: DocumentRequest,
  rules: PatternRules
): Promise<DocumentInFile> {
  return files.read(request, (document, isNew) => ({
    name: request.name,
    ...openChannelDocument(document, isNew, rules, !request.mustExist)
  }))
}

/** Writes what was observed on the patterns into the document's file, and returns how the document differed before. */
export async function updateDocumentFile(
  files: DocumentFiles,
  opened: DocumentInFile,
  families: readonly ChannelFamily[],
  patterns: readonly string[],
  server: DescribedServer | undefined
): Promise<Comparison> {
  const title = `Channels of ${server?.host ?? 'a recording'}`
  const comparison = documentChannels(opened, families, patterns, { title, server })
  await files.write(opened.name, opened.document)
  return comparison
}
