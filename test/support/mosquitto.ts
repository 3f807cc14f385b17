import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { type Certificates, makeCertificates } from './certificates.js'

/** Debian puts it where only root's PATH looks. */
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']

const PROGRAM = FOLDERS.map((folder) => join(folder, 'mosquitto')).find((path) => existsSync(path))

/**
 * Whether tests on mosquitto are to be left out: only where it is not installed, and never in CI, where that must fail.
 */
export const isMosquittoMissing = PROGRAM === undefined && process.env.CI !== 'true'

export interface Mosquitto {
  readonly plain: string
  /** User `ann` with password `s3cret:@%`; she may not write below `denied/`. */
  readonly guarded: string
  readonly tls: string
  /** Asks for a client certificate. */
  readonly mutualTls: string
  readonly webSocket: string
  readonly unix: string
  readonly certificates: Certificates
  /** Ends it cleanly and starts it again, on the same ports; what it has to keep it keeps. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Starts mosquitto with one listener of each kind on free ports, in a folder of its own. */
export async function startMosquitto(): Promise<Mosquitto> {
  if (PROGRAM === undefined) throw new Error('mosquitto is not installed: apt-get install mosquitto')
  const program = PROGRAM
  const folder = mkdtempSync('/tmp/tidings-mosquitto-')
  const certificates = makeCertificates(folder)
  const ports = await freePorts(5)
  const [plain, guarded, tls, mutualTls, webSocket] = ports
  const path = (name: string) => join(folder, name)
  writeFileSync(path('passwords'), '')
  execFileSync('mosquitto_passwd', ['-b', path('passwords'), 'ann', 's3cret:@%'], { stdio: 'pipe' })
  writeFileSync(path('acl'), 'user ann\ntopic readwrite #\ntopic deny denied/#\n')
  const server = `cafile ${certificates.paths.ca}\ncertfile ${certificates.paths.serverCert}\nkeyfile ${certificates.paths.serverKey}`
  const lines = [
    'per_listener_settings true',
    // It would drop what a subscriber has not yet taken beyond 1000 messages.
    'max_queued_messages 0',
    `persistence true\npersistence_location ${folder}/`,
    // Otherwise it gives up root, and then can neither read the keys nor make the socket.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    `listener ${plain} 127.0.0.1\nallow_anonymous true`,
    `listener ${guarded} 127.0.0.1\nallow_anonymous false\npassword_file ${path('passwords')}\nacl_file ${path('acl')}`,
    `listener ${tls} 127.0.0.1\nallow_anonymous true\n${server}`,
    `listener ${mutualTls} 127.0.0.1\nallow_anonymous true\n${server}\nrequire_certificate true`,
    `listener ${webSocket} 127.0.0.1\nprotocol websockets\nallow_anonymous true`,
    `listener 0 ${path('socket')}\nallow_anonymous true`
  ]
  writeFileSync(path('mosquitto.conf'), `${lines.join('\n')}\n`)
  let running = await run()

  async function run() {
    const child = spawn(program, ['-c', path('mosquitto.conf')], { stdio: ['ignore', 'ignore', 'pipe'] })
    let log = ''
    child.stderr.on('data', (chunk) => {
      log += chunk
    })
    const exited = once(child, 'exit')
    await Promise.race([
      Promise.all(ports.map(listening)),
      exited.then(() => {
        throw new Error(`mosquitto ended: ${log}`)
      })
    ])
    return { child, exited }
  }

  async function end() {
    running.child.kill('SIGTERM')
    await running.exited
  }

  return {
    plain: `mqtt://127.0.0.1:${plain}`,
    guarded: `mqtt://ann:s3cret%3A%40%25@127.0.0.1:${guarded}`,
    tls: `mqtts://localhost:${tls}`,
    mutualTls: `mqtts://127.0.0.1:${mutualTls}`,
    webSocket: `ws://127.0.0.1:${webSocket}`,
    unix: `mqtt+unix://${path('socket')}`,
    certificates,
    restart: async () => {
      await end()
      running = await run()
    },
    stop: async () => {
      await end()
      rmSync(folder, { recursive: true })
    }
  }
}

/** Asked for together, so that no two are the same. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server
    })
  )
  const ports = servers.map((server) => {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the server has no port')
    return address.port
  })
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

/** Resolves when a connection to the port is accepted. */
async function listening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const isUp = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false)
    ]).catch(() => false)
    socket.destroy()
    if (isUp) return
  }
}
