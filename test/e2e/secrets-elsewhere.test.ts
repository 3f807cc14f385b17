import { createPrivateKey } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askBroker } from '../../src/transport/embedded/control.js'
import { localPlace } from '../../src/transport/embedded/local-place.js'
import { makeCertificates } from '../support/certificates.js'
import { lastingSubscribe } from '../support/lasting-subscribe.js'
import { listenLocally } from '../support/listen-locally.js'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'
import { accept, type ScriptedBroker, startScriptedBroker } from '../support/scripted-broker.js'
import { ENCODED_SECRET, expectNoSecret, filesBelow, SECRET } from '../support/secret.js'

const home = makeHome()
const env = { ...home.env, XDG_CACHE_HOME: join(home.path, 'cache'), DEBUG: '*' }
afterAll(() => home.remove())

/** What every user of the machine, or this one, can read of a process. */
const readable = (pid: number | undefined, what: string) => readFileSync(`/proc/${pid}/${what}`, 'latin1')

describe("the password of a client certificate's key", () => {
  const certificates = makeCertificates(home.path)
  const file = (name: string, content: string) => {
    const path = join(home.path, name)
    writeFileSync(path, content, { mode: 0o600 })
    return path
  }
  const cipher = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: SECRET } as const
  const key = file('encrypted.key', createPrivateKey(certificates.clientKey).export(cipher).toString())
  const cert = file('cert.pem', certificates.clientCert)
  const right = file('right', `${SECRET}\n`)
  const secretButWrong = file('wrong', `not ${SECRET}\n`)

  let broker: ScriptedBroker
  const seen: string[] = []
  const front = createServer(
    {
      ca: certificates.ca,
      cert: readFileSync(certificates.paths.serverCert),
      key: readFileSync(certificates.paths.serverKey),
      requestCert: true
    },
    (socket) => {
      seen.push(String(socket.getPeerCertificate().subject?.CN))
      const inner = connect(broker.port, '127.0.0.1')
      for (const side of [socket, inner]) side.on('error', () => inner.destroy())
      socket.pipe(inner).pipe(socket)
    }
  )
  let port = 0
  const tls = (passwordFile: string) => [
    ...['-b', `mqtts://127.0.0.1:${port}`, '--ca', certificates.paths.ca, '--cert', cert, '--key', key],
    ...['--key-password-file', passwordFile]
  ]

  beforeAll(async () => {
    broker = await startScriptedBroker(async (peer) => {
      await accept(peer)
      const { messageId = 0 } = await lastingSubscribe(peer)
      peer.send({ cmd: 'suback', messageId, granted: [1] })
      peer.send({ cmd: 'publish', topic: 'a', payload: 'x', qos: 0, dup: false, retain: false })
    })
    port = await listenLocally(front)
  })
  afterAll(async () => {
    await broker.close()
    front.close()
  })

  it('opens the connection, and is neither said with DEBUG=* nor kept nor seen from outside', async () => {
    const output = join(home.path, 'recording.jsonl')
    const program = new RunningProgram(['record', 'a', '-o', output, ...tls(right)], env)
    await program.saying('Subscribed')
    for (const what of ['cmdline', 'comm', 'environ']) {
      expectNoSecret(what, readable(program.child.pid, what))
    }
    program.child.kill('SIGINT')
    const { exitCode, stdout, stderr } = await program.exited
    expect({ exitCode, seen }).toEqual({ exitCode: 0, seen: ['ann'] })
    expectNoSecret('stdout', stdout)
    expectNoSecret('stderr', stderr)
    const files = filesBelow(home.path).filter((path) => path !== right && path !== secretButWrong)
    expect(files).toContain(output)
    for (const path of files) expectNoSecret(path, readFileSync(path, 'latin1'))
  })

  it.each([[[]], [['--json']]])('is not in the error when it is wrong', async (json) => {
    const args = ['subscribe', 'a', ...json, ...tls(secretButWrong)]
    const { exitCode, stdout, stderr } = await runProgram(args, { env })
    expect(exitCode).toBe(6)
    expect(stderr).toContain('the key is encrypted, and its password is missing or wrong')
    expectNoSecret('stdout', stdout)
    expectNoSecret('stderr', stderr)
  })

  it('is not in the error when its file cannot be read, or is no file', async () => {
    for (const passwordFile of [join(home.path, 'none'), home.path]) {
      const { exitCode, stderr } = await runProgram(['subscribe', 'a', ...tls(passwordFile)], { env })
      expect(exitCode).toBe(6)
      expectNoSecret('stderr', stderr)
    }
  })
})

describe('the local broker, which outlives the command that needed it', () => {
  it('has no password of that command: not in its arguments, its environment, its title or its log', async () => {
    const place = localPlace({ TIDINGS_HOME: home.path })
    const secrets = {
      TIDINGS_PASSWORD: SECRET,
      TIDINGS_PROXY: `socks5://ann:${ENCODED_SECRET}@127.0.0.1:1`
    }
    try {
      await runProgram(['publish', 'a', 'x'], { env: { ...env, ...secrets } })
      const pid = (await askBroker(place.controlPath, 'status'))?.pid
      expect(pid).toBeGreaterThan(0)
      for (const what of ['cmdline', 'comm', 'environ']) {
        const text = readable(Number(pid), what)
        expect(text.length).toBeGreaterThan(0)
        expectNoSecret(what, text)
      }
      for (const path of filesBelow(place.folder).filter((path) => !/(right|wrong)$/.test(path))) {
        expectNoSecret(path, readFileSync(path, 'latin1'))
      }
    } finally {
      await askBroker(place.controlPath, 'stop')
    }
  })
})
