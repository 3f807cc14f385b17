import { compilePattern, type PatternRules } from '../core/channel-pattern.js'
import type { Message } from '../core/message.js'

/** Something that gets those messages that match, while channels are observed. */
export interface Tap {
  /** Takes messages; no more come until the promise has settled. */
  readonly write: (batch: readonly Message[]) => void | Promise<void>
  readonly isWanted: (channel: string) => boolean
  /** Ends what it writes, once nothing is observed any more. */
  readonly close?: () => Promise<void>
  /** Called once, with the error of a write. The tap gets nothing any more. */
  readonly onFailure: (error: unknown) => void
}

/** Whether one of the patterns matches a channel. */
export function wantedBy(patterns: readonly string[], rules: PatternRules): Tap['isWanted'] {
  const matches = patterns.map((pattern) => compilePattern(pattern, rules))
  return (channel) => matches.some((match) => match(channel))
}

/** Gives each tap what it wants. If a tap fails, for example because the disk is full, only this tap ends. */
export async function writeToAll(taps: Set<Tap>, batch: readonly Message[]): Promise<void> {
  for (const tap of [...taps]) {
    const wanted = batch.filter(({ channel }) => tap.isWanted(channel))
    try {
      if (wanted.length > 0) await tap.write(wanted)
    } catch (error) {
      taps.delete(tap)
      tap.onFailure(error)
    }
  }
}
