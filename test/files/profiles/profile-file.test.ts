import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ProfileFile } from '../../../src/files/profiles/profile-file.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-profiles-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const GOOD = '[profiles.home]\nbroker = "mqtt://a"\n'
const fileWith = (text?: string | Uint8Array) => {
  const path = join(folder, 'profiles.toml')
  if (text !== undefined) writeFileSync(path, text)
  return new ProfileFile(path, '/home/ada')
}

describe('replacing the file', () => {
  it('makes it for its owner alone, in a folder for its owner alone', () => {
    const file = new ProfileFile(join(folder, 'new', 'tidings', 'profiles.toml'), '/')
    file.replace('', GOOD)
    expect(statSync(file.path).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'new', 'tidings')).mode & 0o777).toBe(0o700)
    expect(file.read().all.size).toBe(1)
  })

  it('closes a file that was open to others, and leaves nothing beside it', () => {
    const file = fileWith(GOOD)
    chmodSync(file.path, 0o644)
    file.replace(GOOD, `${GOOD}# x\n`)
    expect(statSync(file.path).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['profiles.toml'])
  })

  it('follows a link', () => {
    mkdirSync(join(folder, 'dots'))
    writeFileSync(join(folder, 'dots', 'p.toml'), GOOD)
    symlinkSync(join('dots', 'p.toml'), join(folder, 'profiles.toml'))
    fileWith().replace(GOOD, `# new\n${GOOD}`)
    expect(readFileSync(join(folder, 'dots', 'p.toml'), 'utf8')).toBe(`# new\n${GOOD}`)
    expect(readdirSync(folder).sort()).toEqual(['dots', 'profiles.toml'])
  })

  it('does not happen for a text that is wrong, nor where another program was faster', () => {
    const file = fileWith(GOOD)
    expect(() => file.replace(GOOD, '[profiles.home]\n')).toThrow('"broker" of profile "home": it is missing')
    writeFileSync(file.path, `# theirs\n${GOOD}`)
    expect(() => file.replace(GOOD, GOOD)).toThrow('another program has changed it meanwhile')
    expect(readFileSync(file.path, 'utf8')).toBe(`# theirs\n${GOOD}`)
    expect(readdirSync(folder)).toEqual(['profiles.toml'])
  })
})

describe('reading the file', () => {
  it('gives relative paths a start: its own folder; ~ is the home', () => {
    const { all } = fileWith(`${GOOD}ca = "ca.pem"\npasswordFile = "~/secret"\ncontract = "/a.yaml"\n`).read()
    expect(all.get('home')?.settings).toMatchObject({
      ca: join(folder, 'ca.pem'),
      secret: { kind: 'file', file: '/home/ada/secret' },
      contract: '/a.yaml'
    })
  })

  it.each([
    [`${GOOD}brokr = 1\n`, 'line 3, "brokr" of profile "home": there is no such key; did you mean "broker"?'],
    [`usr = "home"\n${GOOD}`, 'line 1, "usr": there is no such key; did you mean "use"?'],
    [`use = "hme"\n${GOOD}`, 'line 1, "use": there is no profile of that name'],
    ['[profiles.home]\npassword = s3cret\n', 'line 2: it is no TOML'],
    ['[profiles."a b"]\nbroker = "x"\n', 'line 1, "a b": it cannot be a name'],
    ['[profiles]\nhome = 3\n', 'line 2, "home": it must be a table'],
    ['[profiles.__proto__]\nbroker = "x"\n', 'line 1, "__proto__": it cannot be a name'],
    ['profiles = 1\n', 'line 1, "profiles": it must be a table'],
    ['[profiles.home]\n', 'line 1, "broker" of profile "home": it is missing']
  ])('%j: %s', (text, why) => {
    expect(() => fileWith(text).read()).toThrow(why)
    expect(() => fileWith(text).read()).not.toThrow('s3cret')
  })

  it('refuses what is no text of a bearable size', () => {
    expect(() => fileWith(Buffer.of(0x61, 0xff)).read()).toThrow('it is not UTF-8 text')
    expect(() => fileWith('#'.repeat(1024 * 1024 + 1)).read()).toThrow('it is larger than 1 MiB')
    expect(() => new ProfileFile(folder, '/').read()).toThrow('it is a directory')
  })

  it('finds none where there is no file', () => {
    expect(fileWith().read().all.size).toBe(0)
  })
})
