import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BrokerConnection } from '../../src/core/connection.js'
import { isRetained, type Message, payloadBytes } from '../../src/core/message.js'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { openConnection } from '../support/open-connection.js'
import { makeHome, runProgram } from '../support/program.js'
import { TerminalProgram } from '../support/terminal-program.js'

const home = makeHome()
const running: TerminalProgram[] = []
let broker: TestBroker
let witness: BrokerConnection
/** What the broker sent out since the test began. */
let seen: { channel: string; payload: string; retain: boolean }[] = []
const onSeen: (() => void)[] = []

beforeAll(async () => {
  broker = await startEmbeddedBroker()
  witness = await openConnection({
    brokers: [broker.url],
    keepalive: 60,
    connectTimeout: 10_000,
    mqtt: { version: 'auto' },
    tls: {},
    wait: 0,
    onNotice: () => undefined
  })
  await witness.subscribe([{ pattern: '#', guarantee: 1 }], (batch) => {
    for (const message of batch) {
      const { channel } = message
      seen.push({
        channel,
        payload: Buffer.from(payloadBytes(message)).toString(),
        retain: isRetained(message)
      })
    }
    for (const resolve of onSeen.splice(0)) resolve()
  })
})

beforeEach(async () => {
  await publish('house/lamp', '{"on":true}', true)
  await publish('house/status', 'all well', true)
  await publish('shop/orders', '{"id":1}', true)
  seen = []
})

afterEach(async () => {
  for (const program of running.splice(0)) {
    program.kill('SIGKILL')
    await program.exited()
  }
})

afterAll(async () => {
  await witness.close()
  await broker.stop()
  home.remove()
})

async function publish(channel: string, payload: string, retain = false): Promise<void> {
  const message: Message = {
    channel,
    payload: Buffer.from(payload),
    headers: [],
    guarantee: 1,
    mqtt: { retain }
  }
  const report = await witness.publish([message])
  expect(report).toMatchObject({ acknowledged: 1 })
}

async function seeing(wanted: (message: (typeof seen)[number]) => boolean): Promise<(typeof seen)[number]> {
  for (;;) {
    const found = seen.find(wanted)
    if (found) return found
    await new Promise<void>((resolve) => onSeen.push(resolve))
  }
}

/** The browser of the real program, once it shows the three channels. */
async function browse(env: Record<string, string> = {}, args: string[] = []): Promise<TerminalProgram> {
  const program = new TerminalProgram(['channels', ...args], {
    ...home.env,
    TIDINGS_BROKER: broker.url,
    ...env
  })
  running.push(program)
  await program.showing('3 channels')
  return program
}

describe('tidings channels on a terminal', () => {
  it('shows the channels of the broker, and what comes on them', async () => {
    const program = await browse()
    expect(program.hasOwnScreen).toBe(true)
    expect(program.screen).toContain('▾ house')
    await publish('house/lamp', '{"on":false}')
    await program.showing('4 messages')
    program.press('flamp\r')
    await program.showing('"on": false')
    program.press('3')
    expect(await program.showing('1 change')).toContain('~ on  true → false')
  })

  it('says for as long as the broker is away that it is, and why', async () => {
    const broker = await startEmbeddedBroker()
    const program = new TerminalProgram(['channels'], { ...home.env, TIDINGS_BROKER: broker.url })
    running.push(program)
    await program.showing('● live')
    await broker.stop()
    expect(await program.showing(/reconnecting.*: connection refused/)).not.toContain('live')
    // The line at the bottom that says it, too, has gone by then.
    await program.showing(
      /reconnecting for [6-9]s, figures are old.*\d tr(?:y|ies) to connect again.*\? keys/s
    )
  })

  it('leaves with q, the terminal as it was', async () => {
    const program = await browse()
    program.press('q')
    expect(await program.exited()).toMatchObject({ exitCode: 0 })
    expect(program.isRestored).toBe(true)
  })

  it('has the mouse while it runs, and gives it back when it is left', async () => {
    const program = await browse()
    expect(program.hasMouse).toBe(true)
    const row = program.screen.split('\n').findIndex((line) => /^[› ]+lamp/.test(line))
    program.press(`\x1b[<0;8;${row + 1}M\x1b[<0;8;${row + 1}m`)
    await program.showing('"on": true')
    program.press('M')
    await program.showing('the mouse is off')
    expect(program.hasMouse).toBe(false)
    program.press('M')
    await program.showing('the mouse is on')
    expect(program.hasMouse).toBe(true)
    program.press('q')
    await program.exited()
    expect(program.isRestored).toBe(true)
    expect(program.written.lastIndexOf('\x1b[?1002l')).toBeGreaterThan(
      program.written.lastIndexOf('\x1b[?1002h')
    )
  })

  it('leaves with Ctrl-C', async () => {
    const program = await browse()
    program.press('\x03')
    expect(await program.exited()).toMatchObject({ exitCode: 0 })
    expect(program.isRestored).toBe(true)
  })

  it('restores the terminal when the program ends with an error that nobody caught', async () => {
    const failing = "process.on('SIGUSR2',()=>{throw(new(Error)('boom'))})"
    const program = await browse({ NODE_OPTIONS: `--import=data:text/javascript,${failing}` })
    program.kill('SIGUSR2')
    expect((await program.exited()).exitCode).not.toBe(0)
    expect(program.isRestored).toBe(true)
    expect(program.screen).toContain('boom')
  })

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    it(`restores the terminal after ${signal}`, async () => {
      const program = await browse()
      program.kill(signal)
      await program.exited()
      expect(program.isRestored).toBe(true)
    })
  }

  it('follows a terminal that changes its size', async () => {
    const program = await browse()
    program.press('G')
    await program.showing('[payload]')
    program.resize(120, 40)
    await program.showing(/^ tidings .{95,}● live/)
    await program.showing('[1 payload]')
    program.resize(20, 5)
    await program.showing(new RegExp(`^ mq\\S*…\\S*${`${broker.port}`.slice(-2)} ● live`))
    program.resize(80, 24)
    expect(await program.showing(/^ tidings .{55,70}● live.*q quit/s)).toContain('3 channels')
  })

  it('sends no colour where none is wanted', async () => {
    const program = await browse({ NO_COLOR: '1' })
    expect(program.written).not.toMatch(/\x1b\[(?:\d+;)*[39]\d(?:;\d+)*m/)
    expect((await browse()).written).toMatch(/\x1b\[(?:\d+;)*[39]\d(?:;\d+)*m/)
  })

  it('finds payloads by a regular expression', async () => {
    const program = await browse()
    program.press('//"id":\\d/\r')
    expect(await program.showing('1 of 3 channels')).toContain('shop/orders')
  })

  it('streams what is selected outside of its screen, and comes back to the same place', async () => {
    const program = await browse()
    program.press('fstatus\rs')
    await program.showing(' stream: house/status')
    program.press('\r')
    await program.givingScreenBack()
    const streaming = await program.showing('all well')
    expect(streaming).toContain('q goes back')
    await publish('house/status', 'fire')
    await program.showing('fire')
    await publish('house/lamp', '{"on":false}')
    for (const back of ['\x1b', '\x03', 'q']) {
      program.press(back)
      expect(await program.showing('5 messages')).toContain('filter status')
      if (back === 'q') break
      program.press('s\r')
      await program.givingScreenBack()
    }
    program.press('q')
    expect(await program.exited()).toMatchObject({ exitCode: 0 })
    expect(program.isRestored).toBe(true)
  })

  it('streams channels that it does not observe, too', async () => {
    const program = await browse({}, ['house/#', 'shop/#'])
    program.press('s\x15other/+\r')
    await program.givingScreenBack()
    await program.showing('Subscribed to other/+')
    await publish('other/x', 'from elsewhere')
    await program.showing('from elsewhere')
    program.press('q')
    expect(await program.showing('3 channels')).not.toContain('other')
  })

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    it(`ends from within a stream after ${signal}`, async () => {
      const program = await browse()
      program.press('s\r')
      await program.givingScreenBack()
      await program.showing('Subscribed to house/#')
      program.kill(signal)
      expect(await program.exited()).toMatchObject({ exitCode: 0 })
      expect(program.isRestored).toBe(true)
    })
  }

  it('clears a retained message after a y, and puts it back with u', async () => {
    const program = await browse()
    program.press('fstatus\rx')
    await program.showing('Clear this retained message')
    expect(seen).toEqual([])
    program.press('y')
    await program.showing('cleared 1')
    await seeing(({ channel, payload }) => channel === 'house/status' && payload === '')
    program.press('u')
    await program.showing('put back 1')
    await seeing(({ channel, payload }) => channel === 'house/status' && payload === 'all well')
  })

  it('publishes through a form that starts from the message shown', async () => {
    const program = await browse()
    program.press('flamp\rp')
    await program.showing('✓ JSON, 11 bytes')
    program.press('\x15{"on":"by hand"')
    await program.showing('not JSON at line 1, column 16')
    program.press('}')
    await program.showing('✓ JSON, 16 bytes')
    program.press('\x13')
    await program.showing('published to house/lamp')
    expect(program.written.match(/\x1b\[\?1049h/g)).toHaveLength(1)
    await seeing(({ channel, payload }) => channel === 'house/lamp' && payload === '{"on":"by hand"}')
  })

  it('publishes many pasted lines as they are, without what a terminal would obey', async () => {
    const program = await browse()
    const pasted = Array.from({ length: 50 }, (_, line) => `line ${line} 温度 👩‍👩‍👧‍👦\x1b[31m`).join('\r')
    program.press(`p\x1b[Z\x15house/pasted\t\x15\x1b[200~${pasted}\x1b[201~`)
    await program.showing('50 control characters were left out')
    program.press('\x13')
    const { payload } = await seeing(({ channel }) => channel === 'house/pasted')
    expect(payload).toBe(pasted.replaceAll('\x1b[31m', '').replaceAll('\r', '\n'))
  })

  it('has a payload edited in $EDITOR, and comes back to the form', async () => {
    const program = await browse({ EDITOR: 'printf edited >' })
    program.press('flamp\rp')
    await program.showing('✓ JSON')
    program.press('\x05')
    await program.showing('text, 6 bytes')
    program.press('\x13')
    await seeing(({ channel, payload }) => channel === 'house/lamp' && payload === 'edited')
  })

  it('publishes on a broker that has no channel yet', async () => {
    const empty = await startEmbeddedBroker()
    const program = new TerminalProgram(['channels'], { ...home.env, TIDINGS_BROKER: empty.url })
    running.push(program)
    const screen = await program.showing('Waiting for messages')
    expect(screen).toContain(`at  ${empty.url}`)
    expect(screen).toContain(`tidings publish lights/kitchen hello --broker ${empty.url}`)
    program.press('pa/b\r\x13')
    await program.showing('published to a/b')
    await program.showing('1 channel ')
    program.press('q')
    await program.exited()
    await empty.stop()
  })

  it('brings a draft back', async () => {
    const program = await browse()
    program.press('flamp\rp typed\x1b')
    await program.showing('p brings the draft back')
    program.press('p')
    await program.showing('{"on":true} typed')
  })

  it('ends from within a form after SIGTERM', async () => {
    const program = await browse()
    program.press('flamp\rp')
    await program.showing('Publish to')
    program.kill('SIGTERM')
    await program.exited()
    expect(program.isRestored).toBe(true)
  })

  for (const signal of ['SIGTERM', 'SIGHUP']) {
    it(`says after ${signal} that nobody knows what became of a message`, async () => {
      const broker = await startEmbeddedBroker()
      const program = new TerminalProgram(['channels'], { ...home.env, TIDINGS_BROKER: broker.url })
      running.push(program)
      await program.showing('● live')
      await broker.stop()
      await program.showing('reconnecting')
      program.press('plamp\t\x13')
      await program.showing('publishing …')
      program.press('q')
      await program.showing('1 message has no answer of the broker yet')
      program.kill(signal)
      await program.exited()
      expect(program.isRestored).toBe(true)
      expect(program.screen.replaceAll('\n', '')).toContain(
        'Warning: the broker has not answered 1 message that tidings had published: it may have taken it or not'
      )
    })
  }

  it('records what is selected', async () => {
    const program = await browse()
    const file = join(home.path, 'browser.jsonl')
    program.press(`fshop\rr\x15${file}\r`)
    await program.showing('REC')
    await publish('shop/orders', '{"id":2}')
    await publish('house/lamp', 'not recorded')
    await program.showing('REC 1')
    program.press('r')
    await program.showing('recorded 1 message')
    const recorded = readFileSync(file, 'utf8')
    expect(recorded).toContain('"id":2')
    expect(recorded).not.toContain('not recorded')
  })

  it('saves what is held of the history, and replay publishes it again', async () => {
    const program = await browse()
    const file = join(home.path, 'history.jsonl')
    await publish('house/lamp', '{"on":false}')
    await program.showing('4 messages')
    program.press(`w\x15${file}\r`)
    await program.showing('saved 3 messages of 2 channels')
    program.press(`w\x15${file}\r`)
    await program.showing('cannot record to')
    seen = []
    const replayed = await runProgram(['replay', file, '--speed', 'max', '-b', broker.url], { env: home.env })
    expect(replayed).toMatchObject({ exitCode: 0 })
    await seeing(({ channel, payload }) => channel === 'house/lamp' && payload === '{"on":false}')
    expect(seen.filter(({ channel }) => channel === 'house/lamp').map(({ payload }) => payload)).toEqual([
      '{"on":true}',
      '{"on":false}'
    ])
    expect(seen.map(({ channel }) => channel)).not.toContain('shop/orders')
  })

  it('exports the catalogue', async () => {
    const program = await browse()
    const file = join(home.path, 'browser.yaml')
    program.press(`e\x15${file}\r`)
    await program.showing('✓')
    expect(existsSync(file)).toBe(true)
    expect(readFileSync(file, 'utf8')).toContain('asyncapi: 3')
  })

  it('shows nothing that a terminal would obey, whatever is published', async () => {
    const program = await browse()
    await publish('house/evil', '\x1b]0;owned\x07\x1b[31mred')
    program.press('fevil\r')
    await program.showing('\\u001b]0;owned\\u0007')
    expect(program.written).not.toContain('\x1b]0;owned')
  })
})
