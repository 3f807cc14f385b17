import { isJsonObject } from '../../core/catalogue/json-tree.js'
import type { TidingsError } from '../../core/errors.js'
import { quoteName } from '../../core/visible-text.js'
import type { ContractFiles } from '../contract-files.js'
import type { DescribedApi } from '../described-message.js'
import { kindOfDocument } from '../kind-of-document.js'
import type { ContractParts } from './document-reading.js'
import { DocumentReading } from './document-reading.js'
import { readVersion2 } from './version-2.js'
import { readVersion3 } from './version-3.js'

/**
 * Reads an AsyncAPI document of version 2 or 3.
 * @throws TidingsError of kind bad-input for a document that cannot be used, with the place of the mistake
 */
export async function readAsyncApi(parts: ContractParts): Promise<DescribedApi> {
  const { files } = parts
  const { main } = files
  const version = isJsonObject(main.value) ? main.value.asyncapi : undefined
  if (typeof version !== 'string') throw noDocument(files)
  const [, major] = /^(\d+)\.\d+/.exec(version) ?? []
  if (major !== '2' && major !== '3')
    throw files.problem(main, `it is of AsyncAPI ${quoteName(version)}, and versions 2 and 3 can be checked`)
  const reading = new DocumentReading(parts, major === '2' ? 2 : 3)
  reading.lookAt(main, 'document')
  const channels = major === '2' ? await readVersion2(reading) : await readVersion3(reading)
  return { channels, unchecked: reading.unchecked() }
}

/** Says what the document is instead, where that can be seen. */
function noDocument(files: ContractFiles): TidingsError {
  const { main } = files
  if (isJsonObject(main.value) && main.value.asyncapi !== undefined)
    return files.problem(main, 'the version in "asyncapi" must be a text', 'write it like asyncapi: "3.0.0"')
  const kind = kindOfDocument(main.value)
  if (kind === 'a JSON Schema')
    return files.problem(
      main,
      'it is a JSON Schema, and no AsyncAPI document',
      `publish, subscribe, record and watch take it as --schema ${main.file}`
    )
  if (kind !== undefined) return files.problem(main, `it is ${kind}, and no AsyncAPI document`)
  return files.problem(main, 'it is no AsyncAPI document: it has no text "asyncapi"')
}
