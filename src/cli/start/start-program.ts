import type { ProgramPlace } from '../run-tidings.js'
import { keepCompiledCode } from './compile-cache.js'
import { nameUnknownUser } from './unknown-user.js'

/**
 * What libraries tell with DEBUG set holds every argument and every packet, so also passwords: it is left out, also of `DEBUG=*`.
 * They read the variable when they are loaded.
 */
const TELLTALES = ['oclif*', 'mqttjs*', 'mqtt-packet*']

function keepSecrets(): void {
  if (process.env.DEBUG) process.env.DEBUG += TELLTALES.map((name) => `,-${name}`).join('')
}

/** Runs what the build put into `dist`. */
export function startProgram(args: string[], place: ProgramPlace): void {
  keepSecrets()
  // Without a listener Node opens its debugger, which holds every password, to all users of the machine.
  process.on('SIGUSR1', () => undefined)
  nameUnknownUser(process.env)
  keepCompiledCode()
  void import('../run-tidings.js').then(({ runTidings }) => runTidings(args, place))
}
