import { TidingsError } from '../../core/errors.js'
import { connectionFlags } from './connection.js'

/** Flags that say how a broker is observed. */
export const ABOUT_A_BROKER = ['for', 'until-end', 'skip-unreadable', ...Object.keys(connectionFlags)]

/**
 * @param given the names of the flags that stand on the command line
 * @param others further flags of the command that are about a broker
 * @throws TidingsError of kind usage for a flag that says how to observe a broker, where a recording is read
 */
export function refuseWithRecording(given: ReadonlySet<string>, others: readonly string[] = []): void {
  const flag = given.has('recording')
    ? [...ABOUT_A_BROKER, ...others].find((name) => given.has(name))
    : undefined
  if (flag === undefined) return
  throw new TidingsError('usage', `cannot use "--${flag}" with "--recording": no broker is asked`, {
    code: 'recording-and-broker',
    suggestion: `leave out --${flag}, or --recording`
  })
}
