import { writeLines } from '../../cli/write-lines.js'
import type { Comparison } from '../../core/asyncapi/compare-document.js'
import type { ChannelFamily } from '../../core/catalogue/channel-family.js'
import type { DescribedServer } from '../../core/described-server.js'
import { naming, readDocument, writeDocument } from '../../files/document/document-file.js'
import {
  type ChannelDocument,
  checkChannels,
  checkFailure,
  documentChannels,
  openChannelDocument
} from '../../operations/document-channels.js'
import { formatComparison } from '../../ui/document-report.js'
import type { ChannelWork } from './channel-work.js'

/** An AsyncAPI document and the file it is in. */
export interface DocumentInFile {
  readonly name: string
  readonly opened: ChannelDocument
}

/**
 * Reads a document, empty if there is none yet and it need not exist. The separator divides the levels of its addresses.
 * @throws TidingsError of kind bad-input for a file that cannot be used
 */
export async function openDocument(
  name: string,
  mustExist: boolean,
  separator: string
): Promise<DocumentInFile> {
  const { document, isNew } = await readDocument(name, mustExist)
  return { name, opened: naming(name, () => openChannelDocument(document, isNew, separator)) }
}

/** Writes what was seen into the document's file, and tells in what it differed before. */
export async function updateDocument(
  { io, patterns }: ChannelWork,
  { name, opened }: DocumentInFile,
  families: readonly ChannelFamily[],
  server: DescribedServer | undefined
): Promise<Comparison> {
  const title = `Channels of ${server?.host ?? 'a recording'}`
  const comparison = documentChannels(opened, families, textsOf(patterns), { title, server })
  await writeDocument(name, opened.document, io.stdout)
  return comparison
}

/**
 * Reports on stdout in what a document differs from what was seen.
 * @throws TidingsError of kind bad-input if it differs at all
 */
export async function checkDocument(
  { io, patterns }: ChannelWork,
  { name, opened }: DocumentInFile,
  families: readonly ChannelFamily[]
): Promise<void> {
  const comparison = checkChannels(opened, families, textsOf(patterns))
  const lines = formatComparison(comparison).map((line) => `${line}\n`)
  await writeLines(io.stdout, lines)
  const failure = checkFailure(name, comparison)
  if (failure) throw failure
}

const textsOf = (patterns: ChannelWork['patterns']) => patterns.map(({ pattern }) => pattern)
