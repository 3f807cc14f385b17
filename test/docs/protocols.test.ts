import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import Publish from '../../src/commands/publish.js'
import Subscribe from '../../src/commands/subscribe.js'
import type { Capability } from '../../src/core/capabilities.js'
import { ROWS } from '../../src/transport/transports.js'
import { countingTransports } from '../support/counting-transports.js'
import { outcomeOf } from '../support/run-command.js'
import { formatCapabilityTables } from './capability-table.js'

const page = join(import.meta.dirname, '../../docs/protocols.md')
const protocols = await Promise.all(
  ROWS.map(async ({ schemes, load }) => {
    const { name, capabilities } = await load([])
    const rows = schemes.flatMap((scheme) => {
      const row = capabilities[scheme]
      return row === undefined ? [] : [{ scheme, capabilities: row }]
    })
    return { name, schemes: rows }
  })
)

const START = '<!-- capabilities -->\n'
const END = '\n<!-- capabilitiesstop -->'

it('the page on protocols has the tables that the program goes by (UPDATE_DOCS=1 writes it)', () => {
  const before = readFileSync(page, 'utf8')
  const start = before.indexOf(START) + START.length
  const end = before.indexOf(END)
  const after = before.slice(0, start) + formatCapabilityTables(protocols) + before.slice(end)
  if (process.env.UPDATE_DOCS === '1') writeFileSync(page, after)
  else expect(before).toBe(after)
})

/** A flag for each capability that a flag asks for. */
const FLAGS: Partial<
  Record<Capability, readonly [command: typeof Publish | typeof Subscribe, ...flags: string[]]>
> = {
  key: [Publish, '--message-key', 'k'],
  partition: [Publish, '--partition', '0'],
  'null-payload': [Publish, '--null'],
  creating: [Publish, '--create', '--partitions', '3'],
  compression: [Publish, '--compression', 'gzip'],
  groups: [Subscribe, '--group', 'g'],
  passwords: [Publish, '--username', 'ada'],
  tls: [Publish, '--insecure'],
  'client-certificates': [Publish, '--cert', 'c.pem'],
  'http-headers': [Publish, '--ws-header', 'a=b'],
  proxy: [Publish, '--proxy', 'socks5://127.0.0.1:1']
}

describe('what a scheme cannot do', () => {
  const refused = protocols
    .flatMap(({ schemes }) => schemes)
    .flatMap(({ scheme, capabilities }) =>
      Object.entries(FLAGS).flatMap(([capability, call]) => {
        const support = capabilities[capability as Capability]
        return support === true ? [] : [[scheme, capability, support, call] as const]
      })
    )

  it.each(refused)(
    '%s and %s: a usage error with the reason, before anything is connected to',
    async (...row) => {
      const [scheme, , { why, suggestion }, [command, ...flags]] = row
      const broker =
        scheme === 'local' ? 'local' : scheme === 'mqtt+unix' ? 'mqtt+unix:///x' : `${scheme}://h`
      const counting = countingTransports()
      const args = command === Publish ? ['a', 'x'] : ['a']
      const outcome = await outcomeOf(
        command,
        [...args, ...flags, '--broker', broker],
        { stdin: '' },
        counting.transports
      )
      expect(outcome).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(`: ${why}\n`) })
      expect(outcome.stderr).toContain(`  Try: ${suggestion}\n`)
      expect(counting.opened()).toBe(0)
    }
  )
})
