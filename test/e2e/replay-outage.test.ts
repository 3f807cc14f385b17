import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeHome, RunningProgram } from '../support/program.js'
import { type Peer, startScriptedBroker } from '../support/scripted-broker.js'

let home: ReturnType<typeof makeHome>
let folder = ''
beforeEach(() => {
  home = makeHome()
  folder = mkdtempSync(join(tmpdir(), 'tidings-outage-'))
})
afterEach(() => {
  home.remove()
  rmSync(folder, { recursive: true, force: true })
})

test('a broker that goes away in the middle gets every message all the same, and the replay ends with 0', async () => {
  const path = join(folder, 'r.jsonl')
  const second = (n: number) => (n / 50).toFixed(2).padStart(5, '0')
  writeFileSync(
    path,
    Array.from(
      { length: 60 },
      (_, n) => `{"channel":"k","time":"2026-11-23T10:00:${second(n)}Z","payload":${n}}\n`
    ).join('')
  )
  const acknowledged: string[] = []
  const serve = async (peer: Peer, cutAfter: number) => {
    peer.closed.catch(() => undefined)
    await peer.next('connect')
    peer.connack({ sessionPresent: peer.index > 0 })
    for (let count = 0; count < cutAfter; count++) {
      const { payload, messageId } = await peer.next('publish')
      acknowledged.push(String(payload))
      peer.send({ cmd: 'puback', messageId } as Parameters<Peer['send']>[0])
    }
    // What comes now is lost with the connection.
    await peer.next('publish')
    peer.cut()
  }
  const broker = await startScriptedBroker((peer) => serve(peer, peer.index < 2 ? 15 : 1000))
  const replay = new RunningProgram(['replay', path, '--broker', broker.url], home.env)
  const { exitCode, stderr } = await replay.exited
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  expect(stderr).toContain('Replayed 60 messages')
  expect(stderr).toContain('all acknowledged')
  expect(broker.count).toBe(3)
  expect([...new Set(acknowledged)].sort((a, b) => Number(a) - Number(b))).toEqual(
    Array.from({ length: 60 }, (_, n) => String(n))
  )
  await broker.close()
})
