import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type InstalledProgram, installProgram } from '../support/installed-program.js'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'

// The packed program, with nothing beside it but what npm installs at users.

const root = join(import.meta.dirname, '..', '..')

let installed: InstalledProgram
let home: ReturnType<typeof makeHome>
let cwd: string

beforeAll(() => {
  installed = installProgram()
  home = makeHome()
  cwd = join(home.path, 'empty')
  mkdirSync(cwd)
}, 60_000)
afterAll(async () => {
  await run('broker', 'stop')
  home.remove()
  installed.remove()
})

const run = (...args: string[]) => runProgram(args, { env: home.env, cwd, program: installed.program })

const start = (args: readonly string[], env = home.env) =>
  new RunningProgram(args, env, cwd, [], installed.program)

/** The packages that the bundler has put into the program, as folders of node_modules. */
function bundledFolders(): ReadonlySet<string> {
  const madeOf: Record<string, string[]> = JSON.parse(
    readFileSync(join(root, 'dist', 'made-of.json'), 'utf8')
  )
  const ids = Object.values(madeOf).flat()
  const files = ids.filter((id) => !id.startsWith('\0'))
  return new Set(files.flatMap((id) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []))
}

describe('the installed program', () => {
  it.each([
    { args: ['--version'], says: 'tidings/' },
    { args: ['--help'], says: 'COMMANDS' },
    { args: ['help'], says: 'COMMANDS' },
    { args: ['help', 'publish'], says: 'Publish messages to a channel' },
    { args: ['broker', 'status', '--help'], says: 'USAGE' }
  ])('answers $args', async ({ args, says }) => {
    expect(await run(...args)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(says) })
  })

  it('passes messages on through the broker in the background, and shows their channels', async () => {
    const subscriber = start(['subscribe', 'lamp', '--raw', '--count', '1'])
    await subscriber.saying('Subscribed')
    expect(await run('publish', 'lamp', 'on', '--retain')).toMatchObject({ exitCode: 0 })
    expect(await subscriber.exited).toMatchObject({ exitCode: 0, stdout: 'on\n' })
    expect(await run('channels', '--for', '100ms')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('lamp')
    })
    expect(await run('broker', 'status')).toMatchObject({ exitCode: 0 })
  })

  it('stores in an outbox, and sends from it', async () => {
    const stored = await run('publish', 'lamp', 'off', '--outbox', 'outbox', '--broker', 'mqtt://127.0.0.1:1')
    expect(stored.stderr).toContain('1 message safe in "outbox", not sent yet')
    expect(await run('outbox', 'list', 'outbox')).toMatchObject({ stdout: expect.stringContaining('lamp') })
    expect(await run('outbox', 'send', 'outbox')).toMatchObject({ exitCode: 0 })
  })

  it('records, replays and describes', async () => {
    const recording = ['--output', 'lamp.jsonl', '--count', '1']
    expect(await run('record', 'lamp', ...recording)).toMatchObject({ exitCode: 0 })
    expect(await run('replay', 'lamp.jsonl')).toMatchObject({ exitCode: 0 })
    const document = ['--recording', 'lamp.jsonl', '--asyncapi', 'lamp.yaml']
    expect(await run('channels', ...document)).toMatchObject({ exitCode: 0 })
  })
})

describe('what npm installs beside the program', () => {
  it('is what a broker loads that keeps its messages on disk, and what that needs', async () => {
    const list = join(home.path, 'loaded.json')
    const preload = join(home.path, 'preload.cjs')
    const write = `require('node:fs').writeFileSync(${JSON.stringify(list)}, JSON.stringify(Object.keys(require.cache)))`
    writeFileSync(preload, `process.on('exit', () => ${write})`)
    const env = { ...home.env, NODE_OPTIONS: `--require=${preload}` }
    const broker = start(['broker', '--listen', '127.0.0.1:0'], env)
    await broker.saying('Listening')
    broker.child.kill('SIGINT')
    await broker.exited
    const files: string[] = JSON.parse(readFileSync(list, 'utf8'))
    const loaded = files.map((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1])
    const { dependencies } = JSON.parse(readFileSync(join(installed.folder, 'package.json'), 'utf8'))
    expect(loaded).toEqual(expect.arrayContaining(Object.keys(dependencies)))
    expect(installed.packages).toEqual(expect.arrayContaining(Object.keys(dependencies)))
  })

  it('is nothing that the bundle holds', () => {
    const bundled = [...bundledFolders()].map((folder) => folder.replace(/.*node_modules\//, ''))
    expect(installed.packages.filter((name) => bundled.includes(name))).toEqual([])
  })
})

describe('NOTICE', () => {
  const notice = () => readFileSync(join(installed.folder, 'NOTICE'), 'utf8')
  it('has every package of the bundle, and no other one', () => {
    const expected = [...bundledFolders()].map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      return `${name} ${version} (${license})`
    })
    const named = notice().match(/^\S+ \S+ \(.+\)(?=\n-{80}$)/gm)
    expect(named).toEqual([...new Set(expected)].sort())
    expect(named?.length).toBeGreaterThan(20)
  })

  it('has the text of each licence', () => {
    const sections = notice().split(/^-{80}$/m)
    const texts = sections.slice(2).filter((_, index) => index % 2 === 0)
    for (const text of texts) expect(text).toMatch(/permission|licen[cs]e/i)
  })

  it('is not made for a package without a licence: the build fails', async () => {
    const url = pathToFileURL(join(root, 'bin', 'build', 'notice.mjs')).href
    const { noticeOf }: { noticeOf(modules: string[]): Promise<string> } = await import(url)
    const place = mkdtempSync(join(tmpdir(), 'tidings-notice-'))
    const folder = join(place, 'node_modules', 'bare')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{"name":"bare","version":"1.0.0","license":"MIT"}')
    const notice = () => noticeOf([join(folder, 'index.js')])
    await expect(notice()).rejects.toThrow('cannot bundle "bare": it has no licence')
    writeFileSync(join(folder, 'LICENSE'), 'Permission is granted.\n')
    expect(await notice()).toContain('bare 1.0.0 (MIT)')
    writeFileSync(join(folder, 'package.json'), '{"name":"bare","version":"1.0.0"}')
    await expect(notice()).rejects.toThrow('cannot bundle "bare": it has no licence')
  })
})
