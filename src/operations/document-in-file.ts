import type { Comparison } from '../core/asyncapi/compare-document.js'
import type { DocumentFiles, DocumentRequest } from '../core/asyncapi/document-files.js'
import type { ChannelFamily } from '../core/catalogue/channel-family.js'
import type { DescribedServer } from '../core/described-server.js'
import { type ChannelDocument, documentChannels, openChannelDocument } from './document-channels.js'

/** An AsyncAPI document and the file that it is in. */
export interface DocumentInFile extends ChannelDocument {
  readonly name: string
}

/**
 * Opens a document, empty if there is none yet and it need not exist.
 * @param separator divides the levels of its addresses
 * @throws TidingsError of kind bad-input for a file that cannot be used
 */
export function openDocument(
  files: DocumentFiles,
  request: DocumentRequest,
  separator: string
): Promise<DocumentInFile> {
  return files.read(request, (document, isNew) => ({
    name: request.name,
    ...openChannelDocument(document, isNew, separator)
  }))
}

/** Writes what was seen on the patterns into the document's file, and tells in what it differed before. */
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
