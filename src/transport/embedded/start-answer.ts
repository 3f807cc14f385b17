/** What a broker in the background tells the command that has started it, over a pipe: one line. */
export type StartAnswer =
  | {
      readonly isReady: true
      /** What is damaged in its store, and what is kept. */
      readonly damage: readonly string[]
    }
  | { readonly isReady: false; readonly why: string; readonly suggestion?: string | undefined }

export const formatStartAnswer = (answer: StartAnswer): string => `${JSON.stringify(answer)}\n`

/** Reads the line. A broker that died has told nothing, or not all of it. */
export function parseStartAnswer(line: string): StartAnswer {
  try {
    return JSON.parse(line) as StartAnswer
  } catch {
    return { isReady: false, why: line || 'it ended' }
  }
}
