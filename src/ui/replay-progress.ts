import { formatDuration } from '../core/duration.js'
import { formatGrouped } from '../core/grouped-number.js'
import type { ReplayProgress } from '../core/replay/replay-outcome.js'

const BAR = 20

/** How far a replay has come, and how far it goes. */
export interface ReplayStanding
  extends Pick<
    ReplayProgress,
    'acknowledged' | 'position' | 'round' | 'speed' | 'lag' | 'paused' | 'outage'
  > {
  /** The length of a round in microseconds, where it is known. */
  readonly total: number | undefined
  readonly rounds: number
  /** Messages in the last second. */
  readonly rate: number
}

const time = (microseconds: number) => formatDuration(Math.max(0, Math.round(microseconds / 100_000) * 100))

/** The changing line on a terminal. Parts are dropped from its end, the least important first, until it is shorter than `columns`. */
export function formatReplayBar(standing: ReplayStanding, columns: number): string {
  const { position, total, speed, paused, outage } = standing
  const share = total === undefined || total <= 0 ? undefined : Math.min(1, Math.max(0, position / total))
  const bar = share === undefined ? undefined : `[${'='.repeat(Math.round(share * BAR)).padEnd(BAR)}]`
  const state = outage ? 'waiting for the broker' : paused ? 'paused' : `×${formatSpeed(speed)}`
  const parts = [
    ...(bar === undefined ? [] : [bar]),
    `${time(position)}${total === undefined ? '' : ` of ${time(total)}`}`,
    state,
    ...formatRates(standing),
    'space pause  n next  +/- speed  ←/→ 10 s  q stop'
  ]
  while (parts.length > 2 && parts.join('  ').length >= columns) parts.pop()
  return parts.join('  ')
}

/** A line for a log. */
export function formatReplayLine(standing: ReplayStanding): string {
  const { position, total, outage } = standing
  const state = outage ? ['waiting for the broker'] : []
  return `Replaying: ${[`${time(position)}${total === undefined ? '' : ` of ${time(total)}`}`, ...state, ...formatRates(standing)].join(', ')}`
}

function formatRates(standing: ReplayStanding): string[] {
  const { acknowledged, rate, lag, round, rounds, speed, position, total } = standing
  const left =
    total === undefined || speed === Number.POSITIVE_INFINITY ? undefined : (total - position) / speed
  return [
    `${formatGrouped(acknowledged)} acknowledged`,
    `${formatGrouped(rate)}/s`,
    `lag ${formatDuration(lag / 1000)}`,
    ...(left === undefined ? [] : [`${time(left)} left`]),
    ...(rounds === 1 ? [] : [`round ${round}${Number.isFinite(rounds) ? ` of ${rounds}` : ''}`])
  ]
}

function formatSpeed(speed: number): string {
  return speed === Number.POSITIVE_INFINITY ? 'max' : String(Math.round(speed * 100) / 100)
}
