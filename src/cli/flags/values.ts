import { Flags } from '@oclif/core'
import { parseByteSize } from '../../core/byte-size.js'
import { parseDuration } from '../../core/duration.js'
import type { Guarantee } from '../../core/message.js'

/** A length of time such as `10s`, `1m30s`, `250ms`, or a bare number of seconds; the value is in milliseconds. */
export const durationFlag = Flags.custom<number>({
  helpValue: 'DURATION',
  parse: async (text, _context, { name }) => parseDuration(text, `--${name}`)
})

/** The value of a flag that ends something after a time: zero is no limit. */
export const limitOf = (milliseconds: number | undefined): number | undefined =>
  milliseconds === 0 ? undefined : milliseconds

/** An amount of bytes such as `10MB` or `64KiB`. */
export const byteSizeFlag = Flags.custom<number>({
  helpValue: 'SIZE',
  parse: async (text, _context, { name }) => parseByteSize(text, `--${name}`)
})

/** The delivery guarantee. */
export const guaranteeFlag = Flags.custom<Guarantee>({
  helpValue: '0|1|2',
  options: ['0', '1', '2'],
  parse: async (text) => Number(text) as Guarantee
})
