import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import ProfileAdd from '../../../src/commands/profile/add.js'
import ProfileList from '../../../src/commands/profile/list.js'
import ProfileRemove from '../../../src/commands/profile/remove.js'
import ProfileShow from '../../../src/commands/profile/show.js'
import ProfileUse from '../../../src/commands/profile/use.js'
import { outcomeOf } from '../../support/run-command.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-profile-commands-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const world = () => ({ env: { TIDINGS_CONFIG_DIR: folder } })
const run = (command: Parameters<typeof outcomeOf>[0], ...argv: string[]) => outcomeOf(command, argv, world())
const text = () => readFileSync(join(folder, 'profiles.toml'), 'utf8')

describe('profile add', () => {
  it.each([
    ['a name with a blank', ['my home', 'mqtt://a'], 'a name has letters, digits'],
    ['a broker that is none', ['home', 'http://a'], 'unknown scheme "http"'],
    ['a port that is none', ['home', 'mqtt://a:99999'], 'there is no port 99999'],
    ['brokers of a list of which one is wrong', ['home', 'mqtt://a,mqtt://b:0'], 'there is no port 0'],
    ['half a client certificate', ['home', 'mqtts://a', '--cert', 'c.pem'], '"key" is missing'],
    ['a colour that is none', ['home', 'mqtt://a', '--color', 'pink'], 'must be one of red']
  ])('refuses %s, and writes nothing', async (_what, argv, why) => {
    const { exitCode, stderr } = await run(ProfileAdd, ...argv)
    expect(stderr).toContain(why)
    expect([2, 6]).toContain(exitCode)
    expect(text).toThrow('ENOENT')
  })

  it('replaces a profile only when it is told to', async () => {
    await run(ProfileAdd, 'home', 'mqtt://a')
    expect(await run(ProfileAdd, 'home', 'mqtt://b')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('there is one of that name')
    })
    expect(await run(ProfileAdd, 'home', 'mqtt://b', '--replace')).toMatchObject({ exitCode: 0 })
    expect(text()).toBe('[profiles.home]\nbroker = "mqtt://b"\n')
  })

  it('says that a password is in the file as it is', async () => {
    const { stderr } = await run(ProfileAdd, 'home', 'mqtt://a', '--password', 's3cret')
    expect(stderr).toContain('the password is in')
    expect(stderr).not.toContain('s3cret')
    expect(text()).toContain('password = "s3cret"')
  })
})

describe('profile use', () => {
  it('chooses one, and none', async () => {
    writeFileSync(join(folder, 'profiles.toml'), '# mine\n[profiles.home]\nbroker = "mqtt://a"\n')
    await run(ProfileUse, 'home')
    expect((await run(ProfileList)).stdout).toBe('*  home  mqtt://a\n')
    await run(ProfileUse, '--none')
    expect((await run(ProfileList)).stdout).toBe('   home  mqtt://a\n')
    expect(text()).toContain('# mine\n')
    expect(await run(ProfileUse)).toMatchObject({ exitCode: 2 })
    expect(await run(ProfileUse, 'hoem')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('did you mean home?')
    })
  })
})

describe('profile remove', () => {
  it('leaves the others, and forgets that it was in use', async () => {
    writeFileSync(
      join(folder, 'profiles.toml'),
      'use = "a"\n\n[profiles.a]\nbroker = "mqtt://a"\n\n# b\n[profiles.b]\nbroker = "mqtt://b" # b\n'
    )
    expect(await run(ProfileRemove, 'a')).toMatchObject({ exitCode: 0 })
    expect(text()).toBe('# b\n[profiles.b]\nbroker = "mqtt://b" # b\n')
    expect(await run(ProfileRemove, 'a')).toMatchObject({ exitCode: 2 })
  })
})

describe('profile show', () => {
  it('as JSON has each value and its place', async () => {
    writeFileSync(join(folder, 'profiles.toml'), '[profiles.home]\nbroker = "mqtt://a"\nprotect = true\n')
    const { stdout } = await run(ProfileShow, 'home', '--json', '--wait', '2s')
    expect(JSON.parse(stdout)).toMatchObject({
      profile: 'home',
      settings: {
        broker: { value: 'mqtt://a', from: 'profile "home", line 2' },
        wait: { value: '2s', from: '--wait' },
        protect: { value: 'true', from: 'profile "home", line 3' }
      }
    })
  })
})
