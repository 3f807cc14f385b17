import { execFile } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { makeHome, PROGRAM, RunningProgram, runProgram } from '../support/program.js'
import { shellBlocksOf } from '../support/shell-blocks.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const docs = join(root, 'docs')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const home = makeHome()
let broker: TestBroker
let env: Record<string, string>

/** Runs a program where the examples are, while this process goes on to be the broker. */
function runHere(
  program: string,
  args: string[]
): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      { cwd: home.path, env, timeout: 50_000 },
      (error, stdout, stderr) => {
        resolve({ status: error === null ? 0 : Number(error.code ?? -1), stdout, stderr })
      }
    )
    child.stdin?.end()
  })
}

beforeAll(async () => {
  broker = await startEmbeddedBroker()
  const bin = join(home.path, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'tidings'), `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`)
  chmodSync(join(bin, 'tidings'), 0o755)
  cpSync(join(root, 'examples'), join(home.path, 'examples'), { recursive: true })
  env = { ...home.env, PATH: `${bin}:${home.env.PATH}`, TIDINGS_BROKER: broker.url, TIDINGS: 'tidings' }
})

afterAll(async () => {
  await broker.stop()
  home.remove()
})

describe('the README', () => {
  const blocks = shellBlocksOf(readme)

  it('has examples of every command that does something with a broker', () => {
    const scripts = blocks.map(({ script }) => script).join('\n')
    for (const command of [
      'publish',
      'subscribe',
      'channels',
      'record',
      'replay',
      'outbox',
      'session',
      'broker',
      'watch'
    ]) {
      expect(scripts).toMatch(new RegExp(`tidings ${command}\\b`))
    }
  })

  it.each(blocks)('runs as it says: $name', { timeout: 60_000 }, async ({ script }) => {
    expect(await runHere('bash', ['-euo', 'pipefail', '-c', script])).toMatchObject({ status: 0 })
  })

  it('takes channels together where it says so', async () => {
    const line = blocks
      .flatMap(({ script }) => script.split('\n'))
      .find((each) => each.includes('# device/1/temp and device/2/temp are one'))
    const publishing = [1, 2].map((id) => `tidings publish device/${id}/temp '{"temp":${id}}' --retain`)
    const { status, stdout } = await runHere('bash', ['-euc', [...publishing, line].join('\n')])
    expect({ status, stdout }).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('device/{device_id}/temp')
    })
    expect(stdout).not.toMatch(/^device\/[12]\/temp/m)
  })

  it('can be read in a few minutes', () => {
    expect(Buffer.byteLength(readme)).toBeLessThanOrEqual(12_000)
  })

  // The page on Kafka has a test of its own, with a Kafka.
  const pages = readdirSync(docs).filter((file) => file.endsWith('.md') && file !== 'kafka.md')
  const others = pages.flatMap((page) =>
    shellBlocksOf(readFileSync(join(docs, page), 'utf8')).map((block) => ({ page, ...block }))
  )
  it.each(others)('$page runs as it says: $name', { timeout: 60_000 }, async ({ script }) => {
    expect(await runHere('bash', ['-euo', 'pipefail', '-c', script])).toMatchObject({ status: 0 })
  })

  it('leads to a page that shows the envelope as a subscriber really writes it', async () => {
    const shown = /```json\n(.*)\n```/.exec(readFileSync(join(docs, 'envelope.md'), 'utf8'))?.[1] ?? ''
    const subscriber = new RunningProgram(
      ['subscribe', 'user_signed_up', '--json', '-n', '1', '--retained', 'skip'],
      env
    )
    await subscriber.saying('Subscribed')
    await runProgram(
      [
        'publish',
        'user_signed_up',
        '{"name":"Ada Lovelace","email":"ada@example.com","age":36}',
        '--header',
        'source=web'
      ],
      { env }
    )
    const { stdout } = await subscriber.exited
    const withoutTime = (line: string) => line.trim().replace(/"time":"[^"]*"/, '')
    expect(withoutTime(stdout)).toBe(withoutTime(shown))
  })

  it('leads to a script that shows the three scenarios', { timeout: 60_000 }, async () => {
    const { status, stdout, stderr } = await runHere('sh', ['examples/scenarios.sh'])
    expect({ status, stderr }).toMatchObject({ status: 0 })
    expect(
      stdout.match(/^\d\d:\d\d:\d\d\.\d{3} {2}(?:user_signed_up|new_follower|fridge_almost_empty)\b/gm)
    ).toHaveLength(3)
  })
})
