import { Flags } from '@oclif/core'
import type { CapabilityWish } from '../../core/capabilities.js'
import { parseChannelPattern } from '../../core/channel-pattern.js'
import { TidingsError } from '../../core/errors.js'
import { parseJsonPointer } from '../../core/json/json-pointer.js'
import type { MessageTarget } from '../../core/message-target.js'
import { RECORDING_FORMATS } from '../../core/recording/recording-reader.js'
import { channelMapping, type ReplayGrammars, watchedRules } from '../../core/replay/replay-channel-map.js'
import type { ReplayRequest } from '../../core/replay/replay-request.js'
import { parseReplayPoint, type ReplayPoint } from '../../core/replay/replay-window.js'
import { warnOfWildcards } from '../warn-of-wildcards.js'
import { acknowledgementFlags } from './acknowledgement.js'
import { filterFlags, filterOf } from './filter.js'
import type { FlagValues } from './flag-values.js'
import { creationFlags, sendingWishesOf } from './sending.js'
import { targetFlags } from './target.js'
import { durationFlag, guaranteeFlag } from './values.js'

const SLOWEST = 0.1
const FASTEST = 1000
const FOR_EVER = 'forever'

/** A factor from 0.1 to 1000, or `max`, which is infinity. */
function parseSpeed(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY
  const speed = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (speed >= SLOWEST && speed <= FASTEST) return speed
  throw new TidingsError(
    'usage',
    `cannot replay at speed "${text}": it is not a number from ${SLOWEST} to ${FASTEST}`,
    {
      code: 'bad-speed',
      suggestion: 'write a factor such as 2 or 0.5, or max'
    }
  )
}

function parseRounds(text: string): number {
  if (text === FOR_EVER) return Number.POSITIVE_INFINITY
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new TidingsError('usage', `cannot loop "${text}" times`, {
    code: 'bad-loop',
    suggestion: '--loop repeats for ever, --loop 3 replays three times'
  })
}

const pointFlag = Flags.custom<ReplayPoint>({
  helpValue: 'TIME|+OFFSET',
  parse: async (text) => parseReplayPoint(text)
})

/** The flags that say what is replayed, how, and when. */
export const replayFlags = {
  speed: Flags.custom<number>({ helpValue: 'N|max', parse: async (text) => parseSpeed(text) })({
    char: 's',
    default: 1,
    defaultHelp: async () => '1',
    summary: '2 is twice as fast, 0.5 half as fast; max as fast as the broker takes it'
  }),
  from: pointFlag({ summary: 'begin here: +1m30s after the first message, or at a time (UTC)' }),
  to: pointFlag({ summary: 'end before this point' }),
  channel: Flags.string({
    char: 'c',
    helpValue: 'PATTERN',
    multiple: true,
    multipleNonGreedy: true,
    summary: 'only channels that match; may be repeated'
  }),
  exclude: Flags.string({
    char: 'x',
    helpValue: 'PATTERN',
    multiple: true,
    multipleNonGreedy: true,
    summary: 'leave out channels that match; may be repeated'
  }),
  ...filterFlags,
  skip: Flags.integer({
    min: 0,
    default: 0,
    helpValue: 'N',
    summary: 'leave out the first N of the selected messages'
  }),
  count: Flags.integer({
    char: 'n',
    min: 1,
    helpValue: 'N',
    summary: 'end each round after N messages'
  }),
  map: Flags.string({
    char: 'm',
    helpValue: 'RULE',
    multiple: true,
    multipleNonGreedy: true,
    summary:
      "send to other channels: 'plant/# -> test/plant/#'; may be repeated, the first rule that matches counts"
  }),
  prefix: Flags.string({ helpValue: 'CHANNEL', summary: 'put these levels before every channel' }),
  qos: guaranteeFlag({ char: 'q', summary: 'send with this QoS (default: as recorded)' }),
  retain: Flags.option({ options: ['keep', 'clear', 'set'] as const, default: 'keep' as const })({
    summary: 'retain flag: keep it as recorded, clear it, or set it on every message'
  }),
  'shift-time': Flags.string({
    helpValue: 'POINTER',
    multiple: true,
    multipleNonGreedy: true,
    summary:
      'move the timestamps (ISO 8601, or 9 digits and more since 1970, also as a string) at this JSON pointer (/time) to now, distances kept; may be repeated'
  }),
  'max-gap': durationFlag({ summary: 'shorten longer pauses to this (in recorded time, before --speed)' }),
  loop: Flags.custom<number>({ helpValue: '[N]', parse: async (text) => parseRounds(text) })({
    summary: 'replay N times; without N, repeat for ever'
  }),
  'catch-up': Flags.boolean({
    summary: 'after an outage, send at once the messages that became due during it'
  }),
  'skip-invalid': Flags.boolean({ summary: 'skip and count lines that cannot be read' }),
  format: Flags.option({
    options: RECORDING_FORMATS
  })({
    summary: 'what wrote the files; recognised by their content, but for mosquitto-verbose'
  }),
  'dry-run': Flags.boolean({ summary: 'show what would be sent and when, without connecting' }),
  json: Flags.boolean({
    char: 'j',
    summary: 'show --dry-run as a recording, one JSON object per line; errors are JSON, too'
  }),
  ...targetFlags,
  ...creationFlags,
  ...acknowledgementFlags
}

/** Gives a value to `--loop` without a number, because oclif's flags need one. */
export function withLoopValue(argv: readonly string[]): string[] {
  const end = argv.indexOf('--')
  return argv.flatMap((argument, index) => {
    if (argument !== '--loop' || (end !== -1 && index > end)) return [argument]
    return /^\d+$/.test(argv[index + 1] ?? '') ? [argument] : [`--loop=${FOR_EVER}`]
  })
}

type ReplayFlags = FlagValues<typeof replayFlags>

/** What a replay is asked to do, and what came of what was asked. */
export interface ReplayWish extends ReplayRequest {
  /** Rules of `--map` that have concerned no message until now. */
  readonly unusedRules: () => readonly string[]
}

/**
 * Turns the flags into what a replay is asked to do; a bad one is a usage error.
 * @param target is told of channels that get another separator
 */
export function replayRequestOf(
  flags: ReplayFlags,
  grammars: ReplayGrammars,
  target: MessageTarget,
  warn: (text: string) => void
): ReplayWish {
  const { recorded } = grammars
  const { rules, unused } = watchedRules(flags.map ?? [], grammars)
  const patternsOf = (texts: readonly string[] = []) =>
    texts.map((text) => parseChannelPattern(text, recorded).pattern)
  const request: ReplayWish = {
    speed: flags.speed,
    rounds: flags.loop ?? 1,
    maxGap: flags['max-gap'] === undefined ? Number.POSITIVE_INFINITY : flags['max-gap'] * 1000,
    catchUp: flags['catch-up'] ?? false,
    skipInvalid: flags['skip-invalid'] ?? false,
    patternRules: recorded,
    selection: {
      from: flags.from,
      to: flags.to,
      patterns: patternsOf(flags.channel),
      exclude: patternsOf(flags.exclude),
      ...filterOf(flags, recorded),
      skip: flags.skip,
      count: flags.count ?? Number.POSITIVE_INFINITY
    },
    changes: {
      rename: channelMapping(rules, flags.prefix, grammars, (channel, spelled) =>
        target.noteSpelling(channel, spelled)
      ),
      guarantee: flags.qos,
      retain: flags.retain,
      timestamps: (flags['shift-time'] ?? []).map(parseJsonPointer)
    },
    unusedRules: unused
  }
  warnOfWildcards([...(flags.channel ?? []), ...(flags.exclude ?? [])], recorded, warn)
  return request
}

/** The capabilities that the flags need. */
export function replayWishesOf({
  qos,
  retain,
  create
}: Pick<ReplayFlags, 'qos' | 'retain' | 'create'>): CapabilityWish[] {
  return [
    ...sendingWishesOf({ create }),
    ...(qos === 0 ? [['--qos 0', 'at-most-once'] as const] : []),
    ...(qos === 2 ? [['--qos 2', 'exactly-once'] as const] : []),
    ...(retain === 'set' ? [['--retain set', 'retained'] as const] : [])
  ]
}
