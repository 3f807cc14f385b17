import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isKafkaMissing } from '../support/kafka-programs.js'
import { makeHome, PROGRAM } from '../support/program.js'
import { shellBlocksOf } from '../support/shell-blocks.js'
import { useKafka } from '../support/use-kafka.js'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/kafka.md'), 'utf8')
const home = makeHome()

function runHere(
  script: string,
  env: NodeJS.ProcessEnv
): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const args = ['-euo', 'pipefail', '-c', script]
    const options = { cwd: home.path, env, timeout: 50_000 }
    execFile('bash', args, options, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code ?? -1), stdout, stderr })
    )
  })
}

describe.skipIf(isKafkaMissing)('the page on Kafka', () => {
  const site = useKafka()
  const blocks = shellBlocksOf(page)
  let env: NodeJS.ProcessEnv

  beforeAll(() => {
    const bin = join(home.path, 'bin')
    mkdirSync(bin)
    writeFileSync(join(bin, 'tidings'), `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`)
    chmodSync(join(bin, 'tidings'), 0o755)

    env = { ...home.env, PATH: `${bin}:${home.env.PATH}`, TIDINGS_BROKER: site().url }
  })
  afterAll(() => home.remove())

  it.each(blocks)('runs as it says: $name', { timeout: 60_000 }, async ({ script }) => {
    expect(await runHere(script, env)).toMatchObject({ status: 0 })
  })

  it('shows the three scenarios', { timeout: 60_000 }, async () => {
    const { stdout } = await runHere(blocks[0]?.script ?? '', env)
    for (const event of [
      /user_signed_up.*ada@example\.com/s,
      /new_follower {2}\(source: web/,
      /fridge_almost_empty {2}\{"percent": 4\}/
    ])
      expect(stdout).toMatch(event)
  })

  it('is one screen', () => {
    expect(page.split('\n').length).toBeLessThan(80)
  })
})
