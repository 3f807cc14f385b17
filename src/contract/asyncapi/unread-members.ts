import { isJsonObject, type JsonTree } from '../../core/catalogue/json-tree.js'
import { closestName } from '../../core/closest-name.js'
import { quoteName } from '../../core/visible-text.js'
import type { ContractFiles } from '../contract-files.js'
import type { Place } from '../place.js'
import type { Unchecked } from '../unchecked.js'

/** Objects of AsyncAPI that decide what is checked. */
export type ObjectKind = 'document' | 'channel' | 'operation' | 'message' | 'parameter' | 'correlation id'

const names = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))

const DOCUMENT = 'asyncapi id info servers defaultContentType channels components'
const MESSAGE = `headers payload correlationId contentType name title summary description tags externalDocs bindings
  examples traits deprecated`

/** The members that AsyncAPI gives these objects in each of its versions. */
export const MEMBERS: Readonly<Record<2 | 3, Partial<Record<ObjectKind, ReadonlySet<string>>>>> = {
  2: {
    document: names(`${DOCUMENT} tags externalDocs`),
    channel: names('description servers subscribe publish parameters bindings deprecated'),
    operation: names('operationId summary description security tags externalDocs bindings traits message'),
    message: names(`${MESSAGE} messageId schemaFormat`),
    parameter: names('description schema location'),
    'correlation id': names('description location')
  },
  3: {
    document: names(`${DOCUMENT} operations`),
    channel: names(
      'address messages title summary description servers parameters tags externalDocs bindings'
    ),
    message: names(MESSAGE),
    parameter: names('description enum default examples location'),
    'correlation id': names('description location')
  }
}

/** For a longer name no other is looked for. */
const LONGEST_GUESSED = 40

/** Finds members of a document's objects that AsyncAPI does not know. Nothing of them is read, although their authors probably mean something. */
export class UnreadMembers {
  readonly #looked = new Set<JsonTree>()

  constructor(
    private readonly files: ContractFiles,
    private readonly version: 2 | 3,
    private readonly unchecked: Unchecked
  ) {}

  /** Looks at an object, the first time that it is met. Extensions (`x-...`) may have any name. */
  look(place: Place, kind: ObjectKind): void {
    const { value } = place
    if (!isJsonObject(value) || this.#looked.has(value)) return
    this.#looked.add(value)
    const known = MEMBERS[this.version][kind]
    for (const name of Object.keys(value)) {
      if (known === undefined || known.has(name) || name.startsWith('x-')) continue
      const member = this.files.child(place, name)
      if (member !== undefined) this.unchecked.note(whyUnread(name, kind, known), member)
    }
  }
}

function whyUnread(name: string, kind: ObjectKind, known: ReadonlySet<string>): string {
  const what = `${quoteName(name)} is no member of ${kind === 'operation' ? 'an' : 'a'} ${kind} and is not read`
  const meant = name.length > LONGEST_GUESSED ? undefined : closestName(name, [...known])
  return meant === undefined ? `${what}:` : `${what}; did you mean "${meant}"?`
}
