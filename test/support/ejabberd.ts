import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findBroker, freePorts, startBrokerProcess } from './broker-process.js'

const programs = findBroker('ejabberd', 'erl', 'ejabberdctl')

/** Whether tests with ejabberd are skipped. */
export const isEjabberdMissing = programs.areLeftOut

export interface Ejabberd {
  readonly url: string
  readonly webSocket: string
  stop(): Promise<void>
}

/** Starts ejabberd with mod_mqtt on free ports, in a folder of its own. Anyone may connect as a user of `localhost`. */
export async function startEjabberd(): Promise<Ejabberd> {
  const [program = '', script = ''] = programs.paths()
  const folder = mkdtempSync('/tmp/tidings-ejabberd-')
  const [mqtt, http] = await freePorts(2)
  const config = join(folder, 'ejabberd.yml')
  const settings = {
    hosts: ['localhost'],
    listen: [
      { port: mqtt, ip: '127.0.0.1', module: 'mod_mqtt' },
      { port: http, ip: '127.0.0.1', module: 'ejabberd_http', request_handlers: { '/mqtt': 'mod_mqtt' } }
    ],
    auth_method: 'anonymous',
    anonymous_protocol: 'login_anon',
    allow_multiple_connections: true,
    modules: { mod_mqtt: {} }
  }
  // The script knows where the libraries are, but it cannot be run here, because it becomes another user.
  const libraries = /^ERL_LIBS='(.+)'$/m.exec(readFileSync(script, 'utf8'))?.[1] ?? ''
  // JSON is valid YAML.
  writeFileSync(config, JSON.stringify(settings))
  // Without a node name, so that Erlang needs no port mapper and listens nowhere else.
  const broker = await startBrokerProcess(
    {
      program,
      args: ['-noinput', '+S', '2:2', '-mnesia', 'dir', `"${folder}/spool"`, '-s', 'ejabberd'],
      env: {
        HOME: folder,
        EJABBERD_CONFIG_PATH: config,
        EJABBERD_LOG_PATH: join(folder, 'ejabberd.log'),
        ERL_CRASH_DUMP_BYTES: '0',
        ERL_LIBS: libraries
      }
    },
    `:${mqtt} for mod_mqtt`
  )
  return {
    url: `mqtt://ann%40localhost:any@127.0.0.1:${mqtt}`,
    webSocket: `ws://ann%40localhost:any@127.0.0.1:${http}/mqtt`,
    stop: async () => {
      await broker.stop()
      rmSync(folder, { recursive: true })
    }
  }
}
