import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import module from 'node:module'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeHome, runProgram } from '../support/program.js'

let home: ReturnType<typeof makeHome>
let env: Record<string, string>
let caches: string
let folder: string

beforeEach(() => {
  home = makeHome()
  env = { ...home.env, XDG_CACHE_HOME: join(home.path, 'cache') }
  caches = join(home.path, 'cache', 'tidings')
  folder = join(caches, 'compile-cache')
})
afterEach(() => home.remove())

/** A run that loads a good part of the program, and what it says. */
const fail = (more: Record<string, string> = {}, through: string[] = []) =>
  runProgram(['publish', 'a', 'b', '--qos', '9'], { env: { ...env, ...more }, through })
const said = {
  exitCode: 2,
  stdout: '',
  stderr: 'Error: cannot use "--qos=9": it must be one of 0, 1, 2\n  Try: tidings publish --help\n'
}

/** The files that Node has put into a folder, below one for its version. */
const filesIn = (place: string) =>
  readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
const keptFiles = () => filesIn(folder)

describe('a place for compiled code', () => {
  it.each([
    ['below a device', { XDG_CACHE_HOME: '/dev/null/cache' }],
    ['below /proc', { XDG_CACHE_HOME: '/proc/x' }],
    ['without any home', { XDG_CACHE_HOME: '', HOME: '' }]
  ])('is not needed: %s', async (_where, changed) => {
    expect(await fail(changed)).toEqual(said)
  })

  it.each([
    { XDG_CACHE_HOME: '', HOME: '' },
    { XDG_CACHE_HOME: 'here', HOME: '' },
    { XDG_CACHE_HOME: 'here', HOME: 'here' }
  ])('is never where the user happens to be: %o', async (changed) => {
    const cwd = join(home.path, 'here')
    mkdirSync(cwd)
    const outcome = await runProgram(['broker', 'status', 'please'], { env: { ...env, ...changed }, cwd })
    expect(outcome.exitCode).toBe(2)
    expect(readdirSync(cwd)).toEqual([])
  })

  it('is not made for a help that is ready', async () => {
    expect(await runProgram(['--help'], { env })).toMatchObject({ exitCode: 0 })
    expect(existsSync(caches)).toBe(false)
  })

  it('loses what version 0.1 had put beside it', async () => {
    mkdirSync(join(caches, 'code'), { recursive: true })
    writeFileSync(join(caches, 'code', 'of-0.1'), '')
    writeFileSync(join(caches, 'other'), '')
    expect(await fail()).toEqual(said)
    expect(readdirSync(caches)).toContain('other')
    expect(readdirSync(caches)).not.toContain('code')
  })

  it.each(['a link', 'writable by others'])(
    'keeps a folder of the name that 0.1 used where it is %s',
    async (what) => {
      const elsewhere = join(home.path, 'elsewhere')
      mkdirSync(join(elsewhere, 'code'), { recursive: true })
      writeFileSync(join(elsewhere, 'code', 'precious'), '')
      mkdirSync(join(home.path, 'cache'))
      if (what === 'a link') symlinkSync(elsewhere, caches)
      else renameSync(elsewhere, caches)
      if (what !== 'a link') chmodSync(caches, 0o777)
      expect(await fail()).toEqual(said)
      expect(existsSync(join(caches, 'code', 'precious'))).toBe(true)
    }
  )
})

// Node 20 keeps nothing.
if ('enableCompileCache' in module) {
  describe('compiled code', () => {
    it('is kept by the first run, in a folder for nobody else, and read by the next', async () => {
      expect(await fail()).toEqual(said)
      expect(statSync(folder).mode & 0o777).toBe(0o700)
      const kept = keptFiles()
      expect(kept.length).toBeGreaterThan(5)
      const { stderr } = await fail({ NODE_DEBUG_NATIVE: 'COMPILE_CACHE' })
      expect(stderr).toContain(said.stderr)
      expect(stderr.match(/ was accepted/g)).toHaveLength(kept.length)
      expect(keptFiles()).toEqual(kept)
    })

    it.each([
      { args: ['publish', 'a', 'b', '--qos', '9'] },
      { args: ['broker', 'status', 'please'] },
      { args: ['outbox', 'list', 'missing'] },
      { args: ['help', 'publish'] }
    ])('makes no difference to what is said: $args', async ({ args }) => {
      const first = await runProgram(args, { env })
      expect(first.stdout + first.stderr).not.toBe('')
      expect(await runProgram(args, { env })).toEqual(first)
      expect(await runProgram(args, { env: { ...env, NODE_DISABLE_COMPILE_CACHE: '1' } })).toEqual(first)
    })

    it('harms nobody when it is damaged: a bit of every file, anywhere', async () => {
      await fail()
      const whole = keptFiles().map((path) => ({ path, bytes: readFileSync(path) }))
      const rounds = 40
      for (let round = 0; round < rounds; round++) {
        for (const { path, bytes } of whole) {
          const damaged = Buffer.from(bytes)
          // The first rounds meet each byte of the head, and the others what follows, up to the last byte.
          const at = round < 20 ? round : Math.floor(((bytes.length - 1) * (round - 20)) / (rounds - 21))
          damaged[at] = (damaged[at] ?? 0) ^ (1 << (round % 8))
          writeFileSync(path, damaged)
        }
        expect(await fail()).toEqual(said)
      }
    })

    it('harms nobody when it was cut short, emptied or mixed up', async () => {
      await fail()
      const whole = keptFiles().map((path) => ({ path, bytes: readFileSync(path) }))
      for (const change of [
        (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1),
        (bytes: Buffer) => bytes.subarray(0, 10),
        () => Buffer.alloc(0),
        (_: Buffer, index: number) => whole[(index + 1) % whole.length]?.bytes ?? Buffer.alloc(0)
      ]) {
        for (const [index, { path, bytes }] of whole.entries()) writeFileSync(path, change(bytes, index))
        expect(await fail()).toEqual(said)
      }
    })

    it('is neither read nor kept in a folder that others may write to', async () => {
      for (const mode of [0o720, 0o702]) {
        rmSync(caches, { recursive: true, force: true })
        mkdirSync(folder, { recursive: true })
        chmodSync(folder, mode)
        expect(await fail()).toEqual(said)
        expect(readdirSync(folder)).toEqual([])
      }
    })

    it.runIf(process.geteuid?.() === 0)(
      'is neither read nor kept in the folder of somebody else',
      async () => {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        chownSync(folder, 65534, 65534)
        expect(await fail()).toEqual(said)
        expect(readdirSync(folder)).toEqual([])
      }
    )

    it('is neither read nor kept behind a link, which may lead anywhere', async () => {
      const elsewhere = join(home.path, 'elsewhere')
      mkdirSync(elsewhere)
      mkdirSync(caches, { recursive: true })
      symlinkSync(elsewhere, folder)
      expect(await fail()).toEqual(said)
      expect(readdirSync(elsewhere)).toEqual([])
    })

    it('is not needed where a file has its name, or the name of the folder for a version of Node', async () => {
      await fail()
      const [version = ''] = readdirSync(folder)
      for (const path of [join(folder, version), folder]) {
        rmSync(path, { recursive: true })
        writeFileSync(path, '')
        expect(await fail()).toEqual(said)
        expect(readFileSync(path, 'utf8')).toBe('')
      }
    })

    it('is not needed on a full disk, and what did not get onto it is not read later', async () => {
      // No file may get longer than half a kilobyte or, in the second round, than nothing.
      for (const blocks of [1, 0]) {
        rmSync(caches, { recursive: true, force: true })
        expect(await fail({}, ['sh', '-c', `ulimit -f ${blocks}; exec "$@"`, 'sh'])).toEqual(said)
        expect(await fail()).toEqual(said)
      }
    })
  })
}
