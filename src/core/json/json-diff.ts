import type { OutlineLine } from './json-outline.js'
import type { JsonToken } from './json-tokens.js'

/** One value that differs between two JSON texts. */
export interface JsonChange {
  /** The place of the value, as a JSON pointer. */
  readonly pointer: string
  readonly kind: 'added' | 'removed' | 'changed'
  readonly before?: JsonToken
  readonly after?: JsonToken
}

/**
 * Lists the values that changed from one JSON text to the next, in the order of the later text; removed values come last. Numbers
 * are compared as they were written, so `1.0` to `1` is a change. Items of arrays are compared by their position.
 */
export function diffOutlines(before: readonly OutlineLine[], after: readonly OutlineLine[]): JsonChange[] {
  const earlier = valuesByPointer(before)
  const changes: JsonChange[] = []
  for (const [pointer, value] of valuesByPointer(after)) {
    const old = earlier.get(pointer)
    earlier.delete(pointer)
    if (!old) changes.push({ pointer, kind: 'added', after: value })
    else if (old.text !== value.text) changes.push({ pointer, kind: 'changed', before: old, after: value })
  }
  for (const [pointer, value] of earlier) changes.push({ pointer, kind: 'removed', before: value })
  return changes
}

function valuesByPointer(outline: readonly OutlineLine[]): Map<string, JsonToken> {
  const values = new Map<string, JsonToken>()
  for (const line of outline) if (line.value) values.set(line.pointer, line.value)
  return values
}

/** How much a number rose or fell, such as `+0.5`; `undefined` unless both values are numbers. */
export function formatDifference(change: JsonChange): string | undefined {
  if (change.before?.kind !== 'number' || change.after?.kind !== 'number') return undefined
  const difference = Number(change.after.text) - Number(change.before.text)
  if (!Number.isFinite(difference)) return undefined
  // Six digits hide the noise of binary fractions: 21.4 - 21.3 is 0.1.
  const text = String(Number(difference.toPrecision(6)))
  return difference > 0 ? `+${text}` : text
}
