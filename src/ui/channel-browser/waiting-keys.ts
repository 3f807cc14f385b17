import type { BrowserEvent } from './browser-event.js'
import { type FieldKind, fieldKindOf } from './form/typed-field.js'
import type { Key } from './key-decoder.js'
import type { Model } from './model.js'

/** Nobody types so many different keys between two frames: a terminal without bracketed paste has pasted them. */
const MOST_TYPED = 64

/**
 * Takes the next event out of those that wait; undefined if none does. Text that waits for a field is one event, because a long text takes
 * long character by character: each of them draws conclusions from all of the text before it.
 */
export function takeNext(waiting: BrowserEvent[], model: Model): BrowserEvent | undefined {
  const field = fieldKindOf(model)
  if (field === 'choice') return waiting.shift()
  if (field === undefined && !isPasted(textsOf(waiting, field, MOST_TYPED + 1))) return waiting.shift()
  const texts = textsOf(waiting, field, waiting.length)
  if (texts.length < 2) return waiting.shift()
  waiting.splice(0, texts.length)
  return { kind: 'key', key: { name: 'paste', text: texts.join('') } }
}

/** The texts of the first keys, up to one that types nothing, and `most` at most. */
function textsOf(
  waiting: readonly BrowserEvent[],
  field: FieldKind | undefined,
  most: number
): readonly string[] {
  const texts: string[] = []
  for (const event of waiting) {
    const text = event.kind === 'key' && texts.length < most ? textOf(event.key, field) : undefined
    if (text === undefined) break
    texts.push(text)
  }
  return texts
}

/** The text that a key types into a field, or that was pasted where there is no field. */
function textOf({ name, text, cut }: Key, field: FieldKind | undefined): string | undefined {
  if (name === 'enter' && (field === 'lines' || field === undefined)) return '\n'
  return cut ? undefined : text
}

/** A key that is held down is many times the same. */
function isPasted(texts: readonly string[]): boolean {
  return texts.length > MOST_TYPED && texts.some((text) => text !== texts[0])
}
