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
  const texts: string[] = []
  for (const event of waiting) {
    const text = event.kind === 'key' ? textOf(event.key, field) : undefined
    if (text === undefined) break
    texts.push(text)
  }
  if (texts.length < 2 || field === 'choice') return waiting.shift()
  if (field === undefined && !isPasted(texts)) return waiting.shift()
  waiting.splice(0, texts.length)
  return { kind: 'key', key: { name: 'paste', text: texts.join('') } }
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
