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

const rateFlag = Flags.custom<Rate>({
  helpValue: 'N/UNIT',
  parse: async (text, _context, { name }) => parseRate(text, `--${name}`)
})

/** The shortest window of a rate: its tenth is a bucket. */
const SHORTEST = 1000

/** Parses `100/s`, `5/10s` or `1/m`. */
function parseRate(text: string, flag: string): Rate {
  const [, count, unit = ''] = /^(\d{1,9})\/(.+)$/.exec(text) ?? []
  const isUnit = /^[smhd]$/.test(unit)
  const window = count === undefined ? 0 : parseDuration(isUnit ? `1${unit}` : unit, flag)
  if (window < SHORTEST) {
    throw new TidingsError(
      'usage',
      `cannot use ${quoteName(text)} for ${flag}: it is no number of messages per second or longer`,
      {
        code: 'bad-rate',
        suggestion: 'write it like 100/s, 5/10s or 1/m'
      }
    )
  }
  return { count: Number(count), window: window * 1000 }
}

/** The flags of `watch` besides those for connecting. */
export const watchFlags = {
  'max-silence': durationFlag({
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
  'max-age': durationFlag({ summary: 'an incident: a message comes later than this after it happened' }),
  timestamp: valueFlag(false)({
    summary:
      'when a message happened: ISO 8601, or seconds to nanoseconds since 1970; without, the time of the publisher, where the protocol has one'
  }),
  'min-rate': rateFlag({ summary: 'an incident: fewer messages than this on a channel: 10/m' }),
  'max-rate': rateFlag({ summary: 'an incident: more messages than this on a channel: 100/s' }),
  ...contractFlags,
  for: durationFlag({ char: 't', summary: 'end after this time' }),
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
    summary: 'count retained messages, which tell of the past, or skip them (the default)'
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
