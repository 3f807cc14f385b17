import type { Clock } from '../../core/clock.js'
import { pause } from '../connecting/back-off.js'
import { sinceBoot } from './since-boot.js'

/** The time of the computer, as connections measure it. */
export const transportClock: Clock = {
  now: () => Date.now() * 1000,
  monotonic: () => sinceBoot() * 1000,
  sleepUntil: (due, signal) =>
    pause(Math.max(0, due / 1000 - sinceBoot()), signal ?? new AbortController().signal)
}
