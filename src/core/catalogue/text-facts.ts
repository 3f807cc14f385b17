import { ANY_FORMAT, matchingFormats } from './string-format.js'

/** More different texts than this make no enum. */
const MOST_TEXTS = 10
const LONGEST_TEXT = 64
/** So many texts are shared by all places that have seen them. */
const MOST_SHARED = 4096
/** V8 keeps a longer part of a text as a view, which holds the whole text in memory. */
const LONGEST_COPIED = 12

/** A text that was seen, how often, and the next one. Most places have one text or two, for which a `Map` takes four times as much. */
interface SeenText {
  readonly text: string
  times: number
  readonly next: SeenText | undefined
}

/** What strings at one place have in common. */
export class TextFacts {
  count = 0
  formats = ANY_FORMAT
  private latest: SeenText | undefined
  private hasTooMany = false

  /** How often each text was seen, in the order of their appearance; `undefined` once there were too many texts. */
  get texts(): ReadonlyMap<string, number> | undefined {
    if (this.hasTooMany) return undefined
    const seen: [string, number][] = []
    for (let each = this.latest; each; each = each.next) seen.push([each.text, each.times])
    return new Map(seen.reverse())
  }

  add(text: string): void {
    this.count++
    if (this.formats !== 0) this.formats = matchingFormats(text, this.formats)
    this.addText(text, 1)
  }

  merge(other: TextFacts): void {
    this.count += other.count
    this.formats &= other.formats
    const { texts } = other
    if (texts === undefined) this.forgetTexts()
    else for (const [text, count] of texts) this.addText(text, count)
  }

  private addText(text: string, times: number): void {
    if (this.hasTooMany) return
    let others = 0
    for (let each = this.latest; each; each = each.next, others++) {
      if (each.text !== text) continue
      each.times += times
      return
    }
    if (others === MOST_TEXTS || text.length > LONGEST_TEXT) this.forgetTexts()
    else this.latest = { text: sharedText(text), times, next: this.latest }
  }

  private forgetTexts(): void {
    this.hasTooMany = true
    this.latest = undefined
  }
}

const sharedTexts = new Map<string, string>()

/** The same text, without the payload that it is a part of; one for all places, if it was seen lately. */
function sharedText(text: string): string {
  if (text.length <= LONGEST_COPIED) return text
  const known = sharedTexts.get(text)
  if (known !== undefined) return known
  if (sharedTexts.size === MOST_SHARED) sharedTexts.clear()
  const copy: string = JSON.parse(JSON.stringify(text))
  sharedTexts.set(copy, copy)
  return copy
}
