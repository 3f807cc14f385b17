import { TidingsError } from '../core/errors.js'
import { quoteName } from '../core/visible-text.js'

/** Which kind of document a contract is: `asyncapi` describes channels, `json-schema` the payload of every message. */
export type ContractForm = 'asyncapi' | 'json-schema'

/** The file of a contract, and the part of it that is meant: a JSON pointer, without the `#`. */
export interface ContractName {
  readonly file: string
  readonly fragment: string | undefined
}

/** The pointer stands behind the ending of a file, because folders have names such as `c#`. */
const WITH_FRAGMENT = /^(.+\.(?:json|ya?ml))#(.*)$/i

/**
 * Takes apart how a user names a contract, before its file is read.
 * @throws TidingsError of kind bad-input for what names no file, or for a part of a document that is used as a whole
 */
export function contractNameOf(given: string, form: ContractForm): ContractName {
  if (/^https?:\/\//i.test(given))
    throw noFile(given, 'contract-is-url', 'it is a URL, and nothing is fetched from the network', {
      suggestion: 'save it as a file, for example with curl, and name the file'
    })
  if (given === '-')
    throw noFile(given, 'contract-is-stdin', 'it names no file, and a contract is not read from stdin', {
      suggestion: 'name a file; a shell makes one of what a program writes: <(PROGRAM)'
    })
  const [, file, fragment] = WITH_FRAGMENT.exec(given) ?? []
  if (file === undefined || fragment === undefined) return { file: given, fragment: undefined }
  if (form === 'asyncapi')
    throw noFile(given, 'contract-is-part', 'an AsyncAPI document is used as a whole', {
      suggestion: `name the document: ${file}; for one of its schemas, use --schema`
    })
  return { file, fragment: fragment === '' ? undefined : fragment }
}

function noFile(
  name: string,
  code: string,
  why: string,
  { suggestion }: { suggestion: string }
): TidingsError {
  return new TidingsError('bad-input', `cannot use ${quoteName(name)}: ${why}`, {
    code,
    suggestion,
    details: { file: name }
  })
}
