/** Something of which it is known when it was last heard of. Its links belong to the list. */
export interface Heard<Thing> {
  /** Microseconds. */
  heard: number
  earlier: Thing | undefined
  later: Thing | undefined
  isListed: boolean
}

/** Things in the order in which they were last heard of. Hearing of one takes constant time, whatever their number. */
export class SilenceList<Thing extends Heard<Thing>> {
  #first: Thing | undefined
  #last: Thing | undefined

  /** The one that was not heard of for the longest time. */
  get first(): Thing | undefined {
    return this.#first
  }

  /** @param now not before the time of any other call */
  hear(thing: Thing, now: number): void {
    if (thing.isListed) this.remove(thing)
    thing.heard = now
    thing.isListed = true
    thing.earlier = this.#last
    if (this.#last === undefined) this.#first = thing
    else this.#last.later = thing
    this.#last = thing
  }

  remove(thing: Thing): void {
    const { earlier, later } = thing
    if (earlier === undefined) this.#first = later
    else earlier.later = later
    if (later === undefined) this.#last = earlier
    else later.earlier = earlier
    thing.earlier = undefined
    thing.later = undefined
    thing.isListed = false
  }
}
