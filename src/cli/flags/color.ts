import { Flags } from '@oclif/core'
import type { Output } from '../../files/output.js'
import type { Io } from '../io.js'
import { colourLevelOf } from '../standard-output.js'

const WHEN = ['auto', 'always', 'never'] as const

/** The flag of commands that print in colour. */
export const colorFlag = {
  color: Flags.option({ options: WHEN, helpGroup: 'OUTPUT', helpValue: 'auto|always|never' })({
    summary: 'use colours; auto (the default) does so on a terminal, and obeys NO_COLOR and FORCE_COLOR'
  })
}

export type ColorWish = (typeof WHEN)[number] | undefined

/** How many colours are used on an output. The flag beats the environment; `always` means at least sixteen, in a pipe and in a file, too. */
export function colourLevelFor(
  wish: ColorWish,
  output: Pick<Output, 'colourLevel'>,
  { env }: Pick<Io, 'env'>
): Output['colourLevel'] {
  if (wish === 'never') return 0
  if (wish !== 'always') return output.colourLevel
  const { NO_COLOR: _, ...others } = env
  return colourLevelOf(others, true) || 1
}
