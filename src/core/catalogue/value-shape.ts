import { JsonNumber, type JsonTree } from './json-tree.js'
import { type MemberShape, MemberShapes } from './member-shapes.js'
import { NumberFacts } from './number-facts.js'
import { TextFacts } from './text-facts.js'

/** An object with more names than this counts as a map: its names are not listed. */
const MOST_NAMES = 200
const LONGEST_NAME = 256
/** The estimated memory of one place in a schema, in bytes. */
export const SHAPE_BYTES = 180

/** How many further places may be remembered. All shapes of one channel share one budget. */
export interface ShapeBudget {
  places: number
}

/** What objects at one place have in common. */
class ObjectFacts {
  count = 0
  /** The shape of each name's values; `undefined` once there were too many names. */
  members: MemberShapes | undefined = new MemberShapes()
  /** The shape of all values, once there were too many names. */
  anyMember: ValueShape | undefined
  /** Whether further names came when no budget was left. Then a name that is not listed is unknown, not absent. */
  lost = false
}

/** What is rarer than texts, numbers and objects. */
class RareFacts {
  nulls = 0
  booleans = 0
  arrays = 0
  items: ValueShape | undefined
  /** Whether items came when no budget was left. */
  itemsLost = false
}

/**
 * What is known of the JSON values at one place of a payload. A schema is inferred from it. There are a million of these where there are
 * many channels, so what most places have not got is in an object of its own.
 */
export class ValueShape {
  texts: TextFacts | undefined
  numbers: NumberFacts | undefined
  objects: ObjectFacts | undefined
  private rare: RareFacts | undefined

  constructor(private readonly budget: ShapeBudget) {
    budget.places--
  }

  /** How many values there were. */
  get count(): number {
    const { texts, numbers, objects, nulls, booleans, arrays } = this
    const others = (texts?.count ?? 0) + (numbers?.count ?? 0) + (objects?.count ?? 0)
    return others + nulls + booleans + arrays
  }

  get nulls(): number {
    return this.rare?.nulls ?? 0
  }

  get booleans(): number {
    return this.rare?.booleans ?? 0
  }

  get arrays(): number {
    return this.rare?.arrays ?? 0
  }

  /** The shape of the items of arrays. */
  get items(): ValueShape | undefined {
    return this.rare?.items
  }

  add(value: JsonTree): void {
    if (value === null) this.rareFacts().nulls++
    else if (typeof value === 'boolean') this.rareFacts().booleans++
    else if (typeof value === 'string') this.textFacts().add(value)
    else if (value instanceof JsonNumber || typeof value === 'number')
      this.addNumber(String(value instanceof JsonNumber ? value.text : value))
    else if (Array.isArray(value)) this.addArray(value)
    else this.addObject(value)
  }

  merge(other: ValueShape): void {
    if (other.rare) this.mergeRare(other.rare)
    if (other.texts) this.textFacts().merge(other.texts)
    if (other.numbers) this.numberFacts(other.numbers.least, other.numbers.greatest).merge(other.numbers)
    if (other.objects) this.mergeObjects(other.objects)
  }

  private rareFacts(): RareFacts {
    this.rare ??= new RareFacts()
    return this.rare
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
    const rare = this.rareFacts()
    rare.arrays++
    if (items.length === 0) return
    rare.items ??= this.child()
    if (rare.items === undefined) rare.itemsLost = true
    else for (const item of items) rare.items.add(item)
  }

  private addObject(object: Readonly<Record<string, JsonTree>>): void {
    this.objects ??= new ObjectFacts()
    this.objects.count++
    for (const name in object) this.member(this.objects, name)?.add(object[name] ?? null)
  }

  private mergeRare(other: RareFacts): void {
    const rare = this.rareFacts()
    rare.nulls += other.nulls
    rare.booleans += other.booleans
    rare.arrays += other.arrays
    if (other.items) {
      rare.items ??= this.child()
      rare.items?.merge(other.items)
    }
    rare.itemsLost ||= other.itemsLost || (other.items !== undefined && rare.items === undefined)
    if (rare.itemsLost) rare.items = undefined
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
    objects.members?.keepOnly(known)
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
    const member = objects.lost || this.budget.places <= 0 ? undefined : new Member(this.budget, name)
    if (member === undefined) objects.lost = true
    else objects.members.add(member)
    return member
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

class Member extends ValueShape implements MemberShape {
  next: MemberShape | undefined

  constructor(
    budget: ShapeBudget,
    readonly name: string
  ) {
    super(budget)
  }
}
