/** A number that keeps its text: `1.0`, `12345678901234567890` and `1e400` stay as they were written. */
export class JsonNumber {
  constructor(readonly text: string) {}

  /** The nearest number that JavaScript has. */
  valueOf(): number {
    return Number(this.text)
  }
}

/** An object of a JSON text. It has no prototype, so `__proto__` is a name like any other. */
export interface JsonObject {
  [name: string]: JsonTree
}

/** A JSON value whose numbers keep their text. Plain numbers appear only where this program makes them (counts, limits). */
export type JsonTree = null | boolean | string | number | JsonNumber | JsonTree[] | JsonObject

/** Makes an object without a prototype, with the members that are not `undefined`. */
export function jsonObject(members: Readonly<Record<string, JsonTree | undefined>> = {}): JsonObject {
  const object: JsonObject = Object.create(null)
  for (const [name, value] of Object.entries(members)) if (value !== undefined) object[name] = value
  return object
}

/** Whether a value is an object of names and values: neither an array, a number nor null. */
export function isJsonObject(value: JsonTree | undefined): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)
  )
}

/** Formats a value as JSON on one line, or with lines that are indented by `indent` spaces. Numbers stay as they were written. */
export function formatJson(value: JsonTree, indent = 0, level = 0): string {
  if (value instanceof JsonNumber) return value.text
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const gap = indent === 0 ? '' : `\n${' '.repeat(indent * (level + 1))}`
  const end = indent === 0 ? '' : `\n${' '.repeat(indent * level)}`
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    return `[${value.map((item) => gap + formatJson(item, indent, level + 1)).join(',')}${end}]`
  }
  const names = Object.keys(value)
  if (names.length === 0) return '{}'
  const colon = indent === 0 ? ':' : ': '
  const members = names.map((name) => {
    return `${gap}${JSON.stringify(name)}${colon}${formatJson(value[name] ?? null, indent, level + 1)}`
  })
  return `{${members.join(',')}${end}}`
}
