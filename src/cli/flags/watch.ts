import { Flags } from '@oclif/core'
import { parseDuration } from '../../core/duration.js'
import { TidingsError } from '../../core/errors.js'
import { quoteName } from '../../core/visible-text.js'
import type { Rate } from '../../core/watching/rate-windows.js'
import { parseValueSource, type ValueSource } from '../../core/watching/value-source.js'
import { colorFlag } from './color.js'
import { contractFlags, reportFlags } from './contract.js'
import type { FlagValues } from './flag-values.js'
import { subscriptionFlags } from './subscription.js'
import { durationFlag } from './values.js'

const valueFlag = (mayBeKey: boolean) =>
  Flags.custom<ValueSource>({
    helpValue: mayBeKey ? 'POINTER|header:NAME|key' : 'POINTER|header:NAME',
    parse: async (text, _context, { name }) => parseValueSource(text, `--${name}`, mayBeKey)
  })

/** A limit of nothing at all would make each message an incident, or none. */
const limitFlag = Flags.custom<number>({
  helpValue: 'DURATION',
  parse: async (text, _context, { name }) => {
    const limit = parseDuration(text, `--${name}`)
    if (limit > 0) return limit
    throw new TidingsError('usage', `cannot use ${quoteName(text)} for --${name}: it is no time at all`, {
      code: 'no-limit',
      suggestion: `name the longest time that is all right, such as --${name} 5s, or leave out --${name}`
    })
  }
})

const rateFlag = Flags.custom<Rate>({
  helpValue: 'N/UNIT',
  parse: async (text, _context, { name }) => parseRate(text, `--${name}`)
})

/** The shortest window of a rate: its tenth is a bucket. */
const SHORTEST = 1000

/** Parses `100/s`, `5/10s` or `1/m`. */
function parseRate(text: string, flag: string): Rate {
  const [, count, unit = ''] = /^(\d{1,9})\/(.+)$/.exec(text) ?? []
  const window = count === undefined ? 0 : windowOf(unit, flag)
  if (window < SHORTEST || Number(count) === 0) {
    const what = `cannot use ${quoteName(text)} for ${flag}`
    throw new TidingsError(
      'usage',
      `${what}: it is no whole number of messages, from 1, in a second or a longer time`,
      {
        code: 'bad-rate',
        suggestion: meantBy(text) ?? 'write it like 100/s, 5/10s or 1/m'
      }
    )
  }
  return { count: Number(count), window: window * 1000 }
}

/** The length of a unit in milliseconds; 0 for what is none. */
function windowOf(unit: string, flag: string): number {
  if (/^[smhd]$/.test(unit)) return parseDuration(`1${unit}`, flag)
  return /^\d/.test(unit) && !/\d$/.test(unit) ? parseDuration(unit, flag) : 0
}

/** What was probably meant by a rate whose unit is spelt out, or that has none. */
function meantBy(text: string): string | undefined {
  const [, count, unit = 'second'] =
    /^0*([1-9]\d{0,8})(?:\/(second|sec|minute|min|hour|day)s?)?$/i.exec(text) ?? []
  return count && `write it as ${count}/${unit.charAt(0).toLowerCase()}`
}

/** The flags of `watch` besides those for connecting. */
export const watchFlags = {
  'max-silence': limitFlag({
    summary:
      'an incident: no message for longer than this on a channel that was seen, is expected, or is named by the contract'
  }),
  expect: Flags.string({
    helpValue: 'CHANNEL',
    multiple: true,
    multipleNonGreedy: true,
    summary: 'messages have to come on this channel: none at all is an incident; may be repeated'
  }),
  sequence: valueFlag(false)({
    summary: 'an incident: whole numbers there do not count up by one on each channel (gaps, repeats, order)'
  }),
  by: valueFlag(true)({
    dependsOn: ['sequence'],
    summary: 'the numbers of --sequence count up for each value there, whatever the channel'
  }),
  'count-redelivered': Flags.boolean({
    dependsOn: ['sequence'],
    summary: 'messages that the broker marks as sent before (DUP, redelivered) are repeats, too'
  }),
  'max-age': limitFlag({ summary: 'an incident: a message comes later than this after it happened' }),
  timestamp: valueFlag(false)({
    summary:
      'when a message happened: ISO 8601, or seconds to nanoseconds since 1970; without, the time of the publisher, where the protocol has one'
  }),
  'min-rate': rateFlag({ summary: 'an incident: fewer messages than this on a channel: 10/m' }),
  'max-rate': rateFlag({ summary: 'an incident: more messages than this on a channel: 100/s' }),
  ...contractFlags,
  for: durationFlag({
    char: 't',
    summary: 'watch for this long, from when the broker has granted the subscription'
  }),
  'stop-at-first': Flags.boolean({ summary: 'end at the first incident' }),
  recording: Flags.string({
    char: 'f',
    helpValue: 'FILE',
    summary: 'watch a recording, at the times at which it was recorded; - for stdin'
  }),
  'max-channels': Flags.integer({
    default: 100_000,
    min: 1,
    helpValue: 'N',
    summary: 'watch at most N channels, and count the messages of the others'
  }),
  ...subscriptionFlags,
  retained: Flags.option({ options: ['include', 'skip'] as const, helpGroup: 'SUBSCRIPTION' })({
    summary:
      'count what the broker has retained, which tells of the past, or skip it (the default; in a recording, all messages count)'
  }),
  json: Flags.boolean({
    char: 'j',
    helpGroup: 'OUTPUT',
    summary:
      'a JSON object per line for each incident, each channel at the end, and all of it; errors are JSON, too'
  }),
  report: { ...reportFlags.report, helpGroup: 'OUTPUT' },
  ...colorFlag
}

export type WatchFlags = FlagValues<typeof watchFlags>
