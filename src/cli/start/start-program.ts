import type { ProgramPlace } from '../run-tidings.js'
import { keepCompiledCode } from './compile-cache.js'
import { nameUnknownUser } from './unknown-user.js'

/**
 * Libraries whose debug output holds every argument or every packet, and so passwords. Their output is turned off, for `DEBUG=*`, too. They
 * read the variable when they are loaded.
 */
const TELLTALES = ['oclif*', 'mqttjs*', 'mqtt-packet*']

function keepSecrets(): void {
  if (process.env.DEBUG) process.env.DEBUG += TELLTALES.map((name) => `,-${name}`).join('')
}

/** Runs what the build put into `dist`. */
export function startProgram(args: string[], place: ProgramPlace): void {
  keepSecrets()
  // Without a listener, SIGUSR1 opens Node's debugger to all users of the machine, and the debugger shows every password.
  process.on('SIGUSR1', () => undefined)
  nameUnknownUser(process.env)
  keepCompiledCode()
  void import('../run-tidings.js').then(({ runTidings }) => runTidings(args, place))
}
