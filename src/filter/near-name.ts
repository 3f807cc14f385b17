import { closestName } from '../core/closest-name.js'
import type { Message } from '../core/message.js'
import { decodeUtf8 } from '../core/utf8.js'
import type { Uses } from './used-names.js'

/** Bytes of a payload, and names in a message, among which is looked. */
const MOST_BYTES = 64 * 1024
const MOST_NAMES = 500
/** No longer name is a misspelt one. */
export const LONGEST_NAME = 64
/** A longer place is no help. */
const LONGEST_PLACE = 120

/** A member of a message. */
interface Member {
  readonly name: string
  /** As an expression names it, such as `payload.list[0].temp`. */
  readonly place: string
}

/**
 * What is there in a message where an expression asks for a name that is not. It is the whole place of that name where it stands
 * elsewhere, and otherwise a name like it in the object that is asked. What is asked by way of an index or a loop may be anywhere.
 */
export function nearName(
  name: string,
  { payload: paths, headers }: Pick<Uses, 'payload' | 'headers'>,
  message: Message
): string | undefined {
  const payload = parsed(message.payload)
  const header = Object.fromEntries(message.headers)
  const asked = [
    ...paths.map((path) => objectAsked(name, path, payload)),
    ...headers.map((path) => objectAsked(name, path, header))
  ].filter((object) => object !== undefined)
  const members = [...membersOf(header, 'headers'), ...membersOf(payload, 'payload')]
  if (asked.length === 0) return closest(name, members)
  const elsewhere = members.find((member) => member.name === name && member.place.length <= LONGEST_PLACE)
  return elsewhere?.place ?? closest(name, asked.flatMap(namesOf))
}

/** The object in which a path has its first missing name, if that is the name. What is no object has no names. */
function objectAsked(name: string, path: readonly string[], value: unknown): object | undefined {
  let at = value
  for (const step of path) {
    if (!isObject(at) || !Object.hasOwn(at, step)) return step === name ? (isObject(at) ? at : {}) : undefined
    at = at[step]
  }
  return undefined
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Another name that is like a name. */
function closest(name: string, members: readonly Member[]): string | undefined {
  const others = members.map((member) => member.name).filter((other) => other !== name)
  return closestName(
    name,
    others.filter(({ length }) => length <= LONGEST_NAME)
  )
}

const namesOf = (object: object): Member[] => membersOf(object, '', 1)

/** The members of a value, the outer ones first, as far as they are few. @param mostDepth deeper ones are left out */
function membersOf(value: unknown, place: string, mostDepth = Number.POSITIVE_INFINITY): Member[] {
  const members: Member[] = []
  const found = [{ value, place, depth: 0 }]
  // The list grows while it is walked through.
  for (const { value, place, depth } of found) {
    if (found.length > MOST_NAMES) break
    if (typeof value !== 'object' || value === null || depth === mostDepth) continue
    for (const [name, member] of Object.entries(value)) {
      const at = { name, place: Array.isArray(value) ? `${place}[${name}]` : placeOf(place, name) }
      if (!Array.isArray(value) && members.push(at) === MOST_NAMES) return members
      found.push({ value: member, place: at.place, depth: depth + 1 })
    }
  }
  return members
}

/** A place that is already too long does not grow: many deep values would fill the memory. */
const placeOf = (place: string, name: string): string => {
  if (place.length > LONGEST_PLACE || name.length > LONGEST_NAME) return ' '.repeat(LONGEST_PLACE + 1)
  return /^[A-Za-z_]\w*$/.test(name) ? `${place}.${name}` : `${place}[${JSON.stringify(name)}]`
}

function parsed(payload: Uint8Array | null): unknown {
  if (payload === null || payload.length > MOST_BYTES) return undefined
  try {
    return JSON.parse(decodeUtf8(payload))
  } catch {
    return undefined
  }
}
