/** Why something is not possible, and what to do about it; both in words, as the end of a sentence. */
export interface WhyNot {
  readonly reason: string
  readonly suggestion?: string
}
