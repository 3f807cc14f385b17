import type { ValueShape } from './value-shape.js'

/** A shape under a name, and the one under the next name. */
export interface MemberShape extends ValueShape {
  readonly name: string
  next: MemberShape | undefined
}

/** More members are found by a `Map`. For fewer it would take as much memory as their shapes. */
const FEW = 12

/** The shapes of an object's members by their names, in the order of their appearance. */
export class MemberShapes {
  size = 0
  private first: MemberShape | undefined
  private last: MemberShape | undefined
  private index: Map<string, MemberShape> | undefined

  get(name: string): ValueShape | undefined {
    if (this.index !== undefined) return this.index.get(name)
    for (let each = this.first; each; each = each.next) if (each.name === name) return each
    return undefined
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  /** Adds the shape of a name that is not there yet. */
  add(member: MemberShape): void {
    if (this.last === undefined) this.first = member
    else this.last.next = member
    this.last = member
    this.size++
    if (this.index !== undefined) this.index.set(member.name, member)
    else if (this.size > FEW) this.index = new Map([...this.all()].map((each) => [each.name, each]))
  }

  /** Keeps only the members whose name passes. */
  keepOnly(isKept: (name: string) => boolean): void {
    const kept = [...this.all()].filter(({ name }) => isKept(name))
    this.size = 0
    this.first = undefined
    this.last = undefined
    this.index = undefined
    for (const member of kept) {
      member.next = undefined
      this.add(member)
    }
  }

  *keys(): Generator<string> {
    for (const { name } of this.all()) yield name
  }

  *values(): Generator<ValueShape> {
    yield* this.all()
  }

  *[Symbol.iterator](): Generator<[name: string, shape: ValueShape]> {
    for (const member of this.all()) yield [member.name, member]
  }

  private *all(): Generator<MemberShape> {
    for (let each = this.first; each; each = each.next) yield each
  }
}
