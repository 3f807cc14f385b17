import type { Fact, Place } from '../store/facts.js'
import type { Journal } from '../store/journal.js'

/** Takes the changes that outlive the process. Without a journal nothing does. */
export class ChangeLog {
  journal: Journal | undefined

  /** Adds a fact to what the next `commit` of the journal writes, and says where it will lie. */
  append(fact: Fact): Place | undefined {
    return this.journal?.append(fact)
  }
}
