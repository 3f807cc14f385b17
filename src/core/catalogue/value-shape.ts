import { compareNumbers } from './compare-numbers.js'
import { JsonNumber, type JsonTree } from './json-tree.js'
import { ANY_FORMAT, matchingFormats } from './string-format.js'

/** An object with more names than this counts as a map: its names are not listed. */
const MOST_NAMES = 200
const LONGEST_NAME = 256
/** More different texts than this make no enum. */
const MOST_TEXTS = 10
const LONGEST_TEXT = 64
/** The estimated memory of one place in a schema, in bytes. */
export const SHAPE_BYTES = 320

/** How many further places may be remembered. All shapes of one channel share one budget. */
export interface ShapeBudget {
  places: number
}

/** What strings at one place have in common. */
class TextFacts {
  count = 0
  formats = ANY_FORMAT
  /** How often each text was seen; `undefined` once there were too many texts. */
  texts: Map<string, number> | undefined = new Map()

  add(text: string): void {
    this.count++
    if (this.formats !== 0) this.formats = matchingFormats(text, this.formats)
    this.addText(text, 1)
  }

  merge(other: TextFacts): void {
    this.count += other.count
    this.formats &= other.formats
    if (other.texts === undefined) this.texts = undefined
    else for (const [text, count] of other.texts) this.addText(text, count)
  }

  private addText(text: string, times: number): void {
    if (this.texts === undefined) return
    const before = this.texts.get(text)
    if (before === undefined && (this.texts.size === MOST_TEXTS || text.length > LONGEST_TEXT))
      this.texts = undefined
    else this.texts.set(text, (before ?? 0) + times)
  }
}

/** What numbers at one place have in common. */
class NumberFacts {
  count = 0
  integers = 0
  /** How many numbers came since the last number that widened the range. */
  steady = 0

  constructor(
    public least: string,
    public greatest: string
  ) {}

  add(text: string): void {
    this.count++
    if (isInteger(text)) this.integers++
    this.steady++
    this.widen(text, text)
  }

  merge(other: NumberFacts): void {
    const mine = this.steady
    this.count += other.count
    this.integers += other.integers
    this.steady += other.count
    const wider =
      compareNumbers(this.least, other.least) < 0 || compareNumbers(this.greatest, other.greatest) > 0
    if (this.widen(other.least, other.greatest))
      this.steady = wider ? Math.min(mine, other.steady) : other.steady + mine
  }

  private widen(least: string, greatest: string): boolean {
    const lower = compareNumbers(least, this.least) < 0
    const higher = compareNumbers(greatest, this.greatest) > 0
    if (lower) this.least = least
    if (higher) this.greatest = greatest
    if (lower || higher) this.steady = 0
    return lower || higher
  }
}

/** What objects at one place have in common. */
class ObjectFacts {
  count = 0
  /** The shape of each name's values; `undefined` once there were too many names. */
  members: Map<string, ValueShape> | undefined = new Map()
  /** The shape of all values, once there were too many names. */
  anyMember: ValueShape | undefined
  /** Whether further names came when no budget was left. Then a name that is not listed is unknown, not absent. */
  lost = false
}

/** What is known of the JSON values at one place of a payload. A schema is inferred from it. */
export class ValueShape {
  count = 0
  nulls = 0
  booleans = 0
  texts: TextFacts | undefined
  numbers: NumberFacts | undefined
  arrays = 0
  items: ValueShape | undefined
  /** Whether items came when no budget was left. */
  itemsLost = false
  objects: ObjectFacts | undefined

  constructor(private readonly budget: ShapeBudget) {
    budget.places--
  }

  add(value: JsonTree): void {
    this.count++
    if (value === null) this.nulls++
    else if (typeof value === 'boolean') this.booleans++
    else if (typeof value === 'string') this.textFacts().add(value)
    else if (value instanceof JsonNumber || typeof value === 'number')
      this.addNumber(String(value instanceof JsonNumber ? value.text : value))
    else if (Array.isArray(value)) this.addArray(value)
    else this.addObject(value)
  }

  merge(other: ValueShape): void {
    this.count += other.count
    this.nulls += other.nulls
    this.booleans += other.booleans
    this.arrays += other.arrays
    if (other.texts) this.textFacts().merge(other.texts)
    if (other.numbers) this.numberFacts(other.numbers.least, other.numbers.greatest).merge(other.numbers)
    this.mergeItems(other)
    if (other.objects) this.mergeObjects(other.objects)
  }

  private textFacts(): TextFacts {
    this.texts ??= new TextFacts()
    return this.texts
  }

  private numberFacts(least: string, greatest: string): NumberFacts {
    this.numbers ??= new NumberFacts(least, greatest)
    return this.numbers
  }

  private addNumber(text: string): void {
    this.numberFacts(text, text).add(text)
  }

  private addArray(items: readonly JsonTree[]): void {
    this.arrays++
    if (items.length === 0) return
    this.items ??= this.child()
    if (this.items === undefined) this.itemsLost = true
    else for (const item of items) this.items.add(item)
  }

  private addObject(object: Readonly<Record<string, JsonTree>>): void {
    this.objects ??= new ObjectFacts()
    this.objects.count++
    for (const name in object) this.member(this.objects, name)?.add(object[name] ?? null)
  }

  private mergeItems(other: ValueShape): void {
    if (other.items) {
      this.items ??= this.child()
      this.items?.merge(other.items)
    }
    this.itemsLost ||= other.itemsLost || (other.items !== undefined && this.items === undefined)
    if (this.itemsLost) this.items = undefined
  }

  private mergeObjects(other: ObjectFacts): void {
    this.objects ??= new ObjectFacts()
    this.objects.count += other.count
    if (other.members === undefined) this.forgetNames(this.objects)
    for (const [name, shape] of other.members ?? []) this.member(this.objects, name)?.merge(shape)
    if (other.anyMember) this.objects.anyMember?.merge(other.anyMember)
    if (other.lost) this.forgetUnless(this.objects, (name) => other.members?.has(name) === true)
  }

  private forgetUnless(objects: ObjectFacts, known: (name: string) => boolean): void {
    objects.lost = true
    for (const name of objects.members?.keys() ?? []) if (!known(name)) objects.members?.delete(name)
    if (objects.members === undefined) objects.anyMember = undefined
  }

  private member(objects: ObjectFacts, name: string): ValueShape | undefined {
    if (objects.members === undefined) return objects.anyMember
    const known = objects.members.get(name)
    if (known !== undefined) return known
    if (objects.members.size === MOST_NAMES || name.length > LONGEST_NAME) {
      this.forgetNames(objects)
      return objects.anyMember
    }
    const shape = objects.lost ? undefined : this.child()
    if (shape === undefined) objects.lost = true
    else objects.members.set(name, shape)
    return shape
  }

  private forgetNames(objects: ObjectFacts): void {
    if (objects.members === undefined) return
    const members = objects.members
    objects.members = undefined
    if (objects.lost) return
    this.budget.places += 1
    objects.anyMember = this.child()
    for (const shape of members.values()) objects.anyMember?.merge(shape)
  }

  private child(): ValueShape | undefined {
    return this.budget.places > 0 ? new ValueShape(this.budget) : undefined
  }
}

/** Whether a number is written without fraction and exponent. */
export function isInteger(text: string): boolean {
  return /^-?\d+$/.test(text)
}
