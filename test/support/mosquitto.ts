import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findBroker, freePorts, startBrokerProcess } from './broker-process.js'
import { type Certificates, makeCertificates } from './certificates.js'

const programs = findBroker('mosquitto', 'mosquitto', 'mosquitto_passwd')

/** Whether tests with mosquitto are skipped. */
export const isMosquittoMissing = programs.areLeftOut

export interface Mosquitto {
  readonly plain: string
  /** A listener for the user `ann` with the password `s3cret:@%`, who may not publish below `denied/`. */
  readonly guarded: string
  readonly tls: string
  /** A listener that requires a client certificate. */
  readonly mutualTls: string
  readonly webSocket: string
  readonly unix: string
  readonly certificates: Certificates
  /** Ends mosquitto cleanly and starts it again on the same ports. It keeps sessions and retained messages. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Starts mosquitto with one listener of each kind on free ports, in a folder of its own. */
export async function startMosquitto(): Promise<Mosquitto> {
  const [program = '', setPassword = ''] = programs.paths()
  const folder = mkdtempSync('/tmp/tidings-mosquitto-')
  const certificates = makeCertificates(folder)
  const ports = await freePorts(5)
  const [plain, guarded, tls, mutualTls, webSocket] = ports
  const path = (name: string) => join(folder, name)
  writeFileSync(path('passwords'), '')
  execFileSync(setPassword, ['-b', path('passwords'), 'ann', 's3cret:@%'], { stdio: 'pipe' })
  writeFileSync(path('acl'), 'user ann\ntopic readwrite #\ntopic deny denied/#\n')
  const server = `cafile ${certificates.paths.ca}\ncertfile ${certificates.paths.serverCert}\nkeyfile ${certificates.paths.serverKey}`
  const lines = [
    'per_listener_settings true',
    // By default mosquitto drops messages if more than 1000 are queued for a subscriber.
    'max_queued_messages 0',
    `persistence true\npersistence_location ${folder}/`,
    // Without this line, mosquitto gives up root, and then can neither read the keys nor make the socket.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    `listener ${plain} 127.0.0.1\nallow_anonymous true`,
    `listener ${guarded} 127.0.0.1\nallow_anonymous false\npassword_file ${path('passwords')}\nacl_file ${path('acl')}`,
    `listener ${tls} 127.0.0.1\nallow_anonymous true\n${server}`,
    `listener ${mutualTls} 127.0.0.1\nallow_anonymous true\n${server}\nrequire_certificate true`,
    `listener ${webSocket} 127.0.0.1\nprotocol websockets\nallow_anonymous true`,
    `listener 0 ${path('socket')}\nallow_anonymous true`
  ]
  writeFileSync(path('mosquitto.conf'), `${lines.join('\n')}\n`)
  const start = () => startBrokerProcess({ program, args: ['-c', path('mosquitto.conf')] }, ' running')
  let running = await start()

  return {
    plain: `mqtt://127.0.0.1:${plain}`,
    guarded: `mqtt://ann:s3cret%3A%40%25@127.0.0.1:${guarded}`,
    tls: `mqtts://localhost:${tls}`,
    mutualTls: `mqtts://127.0.0.1:${mutualTls}`,
    webSocket: `ws://127.0.0.1:${webSocket}`,
    unix: `mqtt+unix://${path('socket')}`,
    certificates,
    restart: async () => {
      await running.stop()
      running = await start()
    },
    stop: async () => {
      await running.stop()
      rmSync(folder, { recursive: true })
    }
  }
}

/** A mosquitto with nothing configured but where it listens. */
export interface PlainMosquitto {
  readonly url: string
  stop(): Promise<void>
}

/** Starts one that keeps its defaults, on a free port. */
export async function startPlainMosquitto(): Promise<PlainMosquitto> {
  const [program = ''] = programs.paths()
  const folder = mkdtempSync('/tmp/tidings-mosquitto-')
  const [port] = await freePorts(1)
  const file = join(folder, 'mosquitto.conf')
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\n`)
  const running = await startBrokerProcess({ program, args: ['-c', file] }, ' running')
  return {
    url: `mqtt://127.0.0.1:${port}`,
    stop: async () => {
      await running.stop()
      rmSync(folder, { recursive: true })
    }
  }
}
