import { isJsonObject, type JsonTree } from '../../core/catalogue/json-tree.js'
import { quoteName } from '../../core/visible-text.js'
import { AvroReader } from '../avro/avro-type.js'
import type { ContractFiles } from '../contract-files.js'
import type { DescribedMessage } from '../described-message.js'
import type { Place } from '../place.js'
import type { References } from '../references.js'
import type { SchemaUse, Validator } from '../schema/validator.js'
import { Unchecked } from '../unchecked.js'
import { formatOf, isAvro } from './schema-format.js'
import { type ObjectKind, UnreadMembers } from './unread-members.js'

/** What reads documents. */
export interface ContractParts {
  readonly files: ContractFiles
  readonly references: References
  readonly validator: Validator
}

/** What of a document is read, and what of it is not checked. */
export class DocumentReading {
  readonly #unchecked = new Unchecked()
  readonly #unread: UnreadMembers
  readonly defaultContentType: string | undefined

  constructor(
    readonly parts: ContractParts,
    readonly version: 2 | 3
  ) {
    this.#unread = new UnreadMembers(parts.files, version, this.#unchecked)
    this.defaultContentType = this.textAt(parts.files.main, 'defaultContentType')
  }

  get files(): ContractFiles {
    return this.parts.files
  }

  /** A member of an object, or what it refers to; `undefined` where there is none, or it is null. */
  at(place: Place, name: string): Place | undefined {
    const member = this.files.child(place, name)
    return member === undefined || member.value === null ? undefined : this.parts.references.follow(member)
  }

  /** Whether an object has a member of one of these names. */
  hasAny(place: Place, names: readonly string[]): boolean {
    return names.some((name) => this.files.child(place, name) !== undefined)
  }

  /** The members of an object that is a member of another. */
  membersAt(place: Place, name: string): readonly Place[] {
    const map = this.at(place, name)
    if (map === undefined) return []
    if (!isJsonObject(map.value)) throw this.files.problem(map, 'it must be an object')
    return Object.keys(map.value).flatMap((each) => this.files.child(map, each) ?? [])
  }

  /** The items of a list that is a member of an object, or what they refer to. */
  itemsAt(place: Place, name: string): readonly Place[] {
    const list = this.at(place, name)
    if (list === undefined) return []
    if (!Array.isArray(list.value)) throw this.files.problem(list, 'it must be a list')
    return list.value.flatMap((_, at) => this.at(list, String(at)) ?? [])
  }

  textAt(place: Place, name: string): string | undefined {
    const member = this.files.child(place, name)
    if (member === undefined || member.value === null) return undefined
    if (typeof member.value !== 'string') throw this.files.problem(member, 'it must be a text')
    return member.value
  }

  textsAt(place: Place, name: string): readonly string[] | undefined {
    const list = this.files.child(place, name)
    if (list === undefined) return undefined
    const texts = Array.isArray(list.value) ? list.value.filter((item) => typeof item === 'string') : []
    if (!Array.isArray(list.value) || texts.length < list.value.length)
      throw this.files.problem(list, 'it must be a list of texts')
    return texts
  }

  /** The object at a place, or what it refers to. */
  objectAt(place: Place): Place {
    const target = this.parts.references.follow(place)
    if (!isJsonObject(target.value)) throw this.files.problem(target, 'it must be an object')
    return target
  }

  /** A schema, if it is one of JSON Schema. What is not is noted. */
  async schemaOf(place: Place | undefined): Promise<SchemaUse | undefined> {
    return (await this.payloadOf(place, undefined)).payload
  }

  /** The schema of a payload, in a format that may be written beside it or around it. What cannot be checked is noted. */
  async payloadOf(
    place: Place | undefined,
    format: string | undefined
  ): Promise<Pick<DescribedMessage, 'payload' | 'avro'>> {
    if (place === undefined) return {}
    const { value } = place
    const isWrapped =
      isJsonObject(value) && value.schema !== undefined && typeof value.schemaFormat === 'string'
    const inner = isWrapped ? (this.files.child(place, 'schema') ?? place) : place
    const written = isWrapped ? String(value.schemaFormat) : format
    if (isAvro(written))
      return { avro: { place: inner, type: new AvroReader(this.files, this.parts.references).read(inner) } }
    const kind = formatOf(written)
    if (kind !== undefined) {
      const schema = { place: inner, draft: draftOf(this.parts.references.follow(inner).value) ?? kind }
      await this.parts.validator.prepare(schema)
      return { payload: schema }
    }
    this.leave(place, `schemas of ${quoteName(written ?? '')} are not checked`)
    return {}
  }

  /** Notes that something is not checked. */
  leave(place: Place, why: string): void {
    this.#unchecked.note(`${why}:`, place)
  }

  /** What may come on a channel. Any message may where the document says nothing of messages, and that is noted. */
  messagesOf(
    channel: Place,
    described: readonly DescribedMessage[]
  ): readonly DescribedMessage[] | undefined {
    if (described.length > 0) return described
    this.leave(channel, 'a channel without messages takes any message')
    return undefined
  }

  /** Notes the members of an object that AsyncAPI does not know, because nothing reads them. */
  lookAt(place: Place, kind: ObjectKind): void {
    this.#unread.look(place, kind)
  }

  /** What is not checked: a sentence for each reason. */
  unchecked(): readonly string[] {
    return this.#unchecked.sentences()
  }
}

function draftOf(value: JsonTree) {
  const named = isJsonObject(value) ? value.$schema : undefined
  return typeof named === 'string' ? formatOf(named) : undefined
}
