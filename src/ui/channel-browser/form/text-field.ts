import { clusters } from '../../cell-width.js'
import type { Key } from '../key-decoder.js'
import { typedText } from './typed-text.js'

/** A text that the user edits. It has no control characters but line feeds and tabs. */
export interface TextField {
  readonly text: string
  /** Where the next character goes, in code units. */
  readonly cursor: number
}

/** A field with a text, the cursor at its end. */
export const fieldOf = (text: string): TextField => ({ text, cursor: text.length })

/** How a field is edited. */
export interface FieldShape {
  /** Whether it has several lines: then Enter divides them. */
  readonly hasLines: boolean
  /** The longest text, in code units. */
  readonly longest: number
}

/** A name, a pattern, a file: what is on one line. */
export const ONE_LINE: FieldShape = { hasLines: false, longest: 4096 }

/** The field after a key that edits it or moves the cursor; the same field if the key does neither. What a reader takes for one character is one. */
export function editText(field: TextField, key: Key, { hasLines, longest }: FieldShape): TextField {
  const { text, cursor } = field
  const before = text.slice(0, cursor)
  const after = text.slice(cursor)
  const lineStart = before.lastIndexOf('\n') + 1
  const lineEnd = text.indexOf('\n', cursor) < 0 ? text.length : text.indexOf('\n', cursor)
  switch (key.name) {
    case 'left':
      return at(field, cursor - lastCluster(before).length)
    case 'right':
      return at(field, cursor + firstCluster(after).length)
    case 'ctrl-left':
    case 'alt-b':
      return at(field, wordStart(before))
    case 'ctrl-right':
    case 'alt-f':
      return at(field, cursor + (/^[\s/]*[^\s/]*/.exec(after)?.[0].length ?? 0))
    case 'home':
    case 'ctrl-a':
      return at(field, lineStart)
    case 'end':
    case 'ctrl-e':
      return at(field, lineEnd)
    case 'ctrl-home':
      return at(field, 0)
    case 'ctrl-end':
      return at(field, text.length)
    case 'backspace':
      return replaced(field, before.slice(0, before.length - lastCluster(before).length), after)
    case 'delete':
    case 'ctrl-d':
      return replaced(field, before, after.slice(firstCluster(after).length))
    case 'ctrl-u':
      return replaced(field, text.slice(0, lineStart), after)
    case 'ctrl-k':
      return replaced(field, before, text.slice(lineEnd))
    case 'ctrl-w':
    case 'alt-backspace':
      return replaced(field, before.slice(0, wordStart(before)), after)
    case 'enter':
      return hasLines && text.length < longest ? replaced(field, `${before}\n`, after) : field
    default: {
      if (key.text === undefined) return field
      const typed = whole(typedText(key.text, hasLines).text, longest - text.length)
      return replaced(field, before + typed, after)
    }
  }
}

/** The beginning of a text that is no longer than `longest` code units. Both halves of a surrogate pair stay together. */
function whole(text: string, longest: number): string {
  if (text.length <= longest) return text
  const isTorn = (text.charCodeAt(longest) & 0xfc00) === 0xdc00
  return text.slice(0, Math.max(0, isTorn ? longest - 1 : longest))
}

function at(field: TextField, cursor: number): TextField {
  return cursor === field.cursor ? field : { ...field, cursor }
}

function replaced(field: TextField, before: string, after: string): TextField {
  const text = before + after
  return text === field.text && before.length === field.cursor ? field : { text, cursor: before.length }
}

function wordStart(before: string): number {
  return before.length - (/[^\s/]*[\s/]*$/.exec(before.slice(-4096))?.[0].length ?? 0)
}

// Far more than the longest emoji, so that a cluster is cut only where marks are stacked without end.
const NEAR = 512

/** The first cluster of a text; empty for an empty text. */
export function firstCluster(text: string): string {
  const [first = ''] = clusters(text.slice(0, NEAR))
  return first
}

/** The last cluster of a text; empty for an empty text. */
export function lastCluster(text: string): string {
  if (text.endsWith('\n')) return '\n'
  let last = ''
  for (const cluster of clusters(text.slice(Math.max(text.lastIndexOf('\n') + 1, text.length - NEAR))))
    last = cluster
  return last
}
