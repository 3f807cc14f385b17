import { type Place, pointerOf } from './place.js'

/** So many reasons are told one by one. */
const MOST_TOLD = 20

/** What of a document is not checked, by the reason. */
export class Unchecked {
  readonly #found = new Map<string, { readonly first: Place; count: number }>()

  /** Notes a place. `why` is a sentence that the place is added to. */
  note(why: string, place: Place): void {
    const found = this.#found.get(why) ?? { first: place, count: 0 }
    this.#found.set(why, found)
    found.count++
  }

  /** A sentence for each reason, with the first place and how many there are besides. */
  sentences(): readonly string[] {
    const all = Array.from(
      this.#found,
      ([why, { first, count }]) => `${why} ${pointerOf(first)}${count > 1 ? ` and ${count - 1} more` : ''}`
    )
    const more = all.length - MOST_TOLD
    return more > 0 ? [...all.slice(0, MOST_TOLD), `${more} further parts are not checked`] : all
  }
}
