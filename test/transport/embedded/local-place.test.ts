import { chmodSync, lchownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  checkSocketFolder,
  type LocalPlace,
  localPlace,
  prepareLocalPlace
} from '../../../src/transport/embedded/local-place.js'

test.each([
  [{ TIDINGS_HOME: '/t' }, 'linux', '/t'],
  [{ HOME: '/home/ada' }, 'linux', '/home/ada/.local/state/tidings'],
  [{ HOME: '/home/ada', XDG_STATE_HOME: '/state' }, 'linux', '/state/tidings'],
  [{ HOME: '/Users/ada' }, 'darwin', '/Users/ada/Library/Application Support/tidings'],
  [{ TIDINGS_HOME: 'rel' }, 'linux', join(process.cwd(), 'rel')],
  [{ HOME: '/home/ada', XDG_STATE_HOME: 'rel' }, 'linux', '/home/ada/.local/state/tidings'],
  [{ HOME: '' }, 'linux', join(userInfo().homedir, '.local/state/tidings')],
  [{ HOME: '.' }, 'linux', join(userInfo().homedir, '.local/state/tidings')]
])('with %j on %s it is %s', (env, platform, folder) => {
  const place = localPlace(env, platform)
  expect(place.folder).toBe(folder)
  expect(place.store.startsWith(`${folder}/`)).toBe(true)
})

test('the sockets are in the same folder, so that who shares a store shares the broker', () => {
  const place = localPlace({ TIDINGS_HOME: '/t', XDG_RUNTIME_DIR: '/run/user/7' }, 'linux')
  expect(place.socketPath).toBe('/t/broker.sock')
  expect(place.controlPath).toBe('/t/control.sock')
})

test('a path that is too long for a socket gives way to a short one, another for each folder', () => {
  const [one, other] = ['a', 'b'].map((name) => localPlace({ TIDINGS_HOME: `/${name.repeat(120)}` }, 'linux'))
  expect(Buffer.byteLength(one?.controlPath ?? '')).toBeLessThan(104)
  expect(one?.socketPath).not.toBe(other?.socketPath)
})

test('on Windows they are named pipes, another for each folder', () => {
  const place = localPlace({ LOCALAPPDATA: 'C:\\Users\\ada' }, 'win32')
  expect(place.socketPath).toMatch(/^\\\\\.\\pipe\\tidings-[0-9a-f]{16}$/)
  expect(place.controlPath).toBe(`${place.socketPath}-control`)
})

describe('a folder that exists before its first use', () => {
  let folder: string
  const uid = userInfo().uid
  const home = () => join(folder, 'home')
  const inside = () => join(home(), 'private')
  const place = (me?: number) => localPlace({ TIDINGS_HOME: home() }, 'linux', me)
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidings-place-'))
    mkdirSync(home())
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test.each([0o755, 0o711, 0o770, 0o701])(
    'and that others may enter (%o): the place is a folder inside it that they may not',
    (mode) => {
      chmodSync(home(), mode)
      expect(place().folder).toBe(inside())
      expect(place().socketPath).toBe(join(inside(), 'broker.sock'))
      prepareLocalPlace(place())
      expect(statSync(inside()).mode & 0o777).toBe(0o700)
      expect(place().folder).toBe(inside())
    }
  )

  test('and that nobody else may enter: it is the place', () => {
    chmodSync(home(), 0o700)
    expect(place().folder).toBe(home())
  })

  test.each([
    [0o755, 0o700],
    [0o700, 0o755]
  ])('its place stays the same when its mode changes later (from %o to %o)', (before, after) => {
    chmodSync(home(), before)
    const { folder } = place()
    prepareLocalPlace(place())
    chmodSync(home(), after)
    expect(place().folder).toBe(folder)
  })

  test('and holds a store that others may enter: refused, with what to do', () => {
    mkdirSync(join(home(), 'store'))
    chmodSync(home(), 0o755)
    expect(place().folder).toBe(home())
    expect(() => prepareLocalPlace(place())).toThrow(
      expect.objectContaining({
        message: `cannot keep the local broker in "${home()}": other users may enter it`,
        suggestion: `chmod 700 '${home()}'`
      })
    )
  })

  test('a store in it counts, also where there is a folder with a store inside it', () => {
    mkdirSync(join(inside(), 'store'), { recursive: true })
    chmodSync(home(), 0o700)
    expect(place().folder).toBe(inside())
    mkdirSync(join(home(), 'store'))
    expect(place().folder).toBe(home())
  })

  test('a folder inside it that merely has the same name is not the place', () => {
    mkdirSync(inside())
    chmodSync(home(), 0o700)
    expect(place().folder).toBe(home())
  })

  test('its folder inside is where the broker in the background finds it, too', () => {
    chmodSync(home(), 0o755)
    prepareLocalPlace(place())
    expect(localPlace({ TIDINGS_HOME: place().folder })).toEqual(place())
  })

  test('the path of a socket inside it is not too long for a socket', () => {
    const longest = join(folder, 'x'.repeat(103 - Buffer.byteLength(join(folder, 'control.sock')) - 1))
    const deep = () => localPlace({ TIDINGS_HOME: longest }, 'linux')
    mkdirSync(longest, 0o700)
    expect(dirname(deep().controlPath)).toBe(longest)
    chmodSync(longest, 0o755)
    expect(deep().folder).toBe(join(longest, 'private'))
    expect(Buffer.byteLength(deep().controlPath)).toBeLessThan(104)
    expect(deep().socketPath.startsWith(longest)).toBe(false)
  })

  test.each([false, true])(
    'and belongs to another user: refused, also with a folder of this user inside it (%s)',
    (hasStore) => {
      if (hasStore) mkdirSync(join(inside(), 'store'), { recursive: true })
      chmodSync(home(), 0o755)
      const me = uid + 1
      expect(place(me).folder).toBe(home())
      expect(() => prepareLocalPlace(place(me), me)).toThrow('it belongs to another user')
    }
  )

  test("and is another user's link: refused", () => {
    const link = join(folder, 'link')
    chmodSync(home(), 0o755)
    mkdirSync(join(inside(), 'store'), { recursive: true })
    symlinkSync(home(), link)
    expect(localPlace({ TIDINGS_HOME: link }, 'linux').folder).toBe(join(link, 'private'))
    // Everybody trusts the links of root.
    if (uid !== 0) return
    lchownSync(link, 4711, 4711)
    const linked = localPlace({ TIDINGS_HOME: link }, 'linux')
    expect(() => prepareLocalPlace(linked)).toThrow("it is another user's link")
  })
})

describe('the folder of the sockets, where it is a link', () => {
  let folder: string
  let place: LocalPlace
  const uid = userInfo().uid
  const link = () => join(folder, 'sockets')
  const target = () => join(folder, 'target')
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidings-place-'))
    const sockets = { socketPath: join(link(), 'broker.sock'), controlPath: join(link(), 'control.sock') }
    place = { ...localPlace({ TIDINGS_HOME: join(folder, 'home') }), ...sockets }
    symlinkSync(target(), link())
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** Who is not the owner of the link. */
  function stranger(): number {
    // Everybody trusts the links of root.
    if (uid === 0) lchownSync(link(), 4711, 4711)
    return uid === 0 ? 0 : uid + 1
  }

  test.each([
    ['a folder', true],
    ['nothing yet', false]
  ])('of another user to %s, is refused', (_name, exists) => {
    if (exists) mkdirSync(target(), 0o700)
    const me = stranger()
    const refusal = expect.objectContaining({
      kind: 'connect',
      code: 'local-folder-unusable',
      message: `cannot keep the local broker in "${link()}": it is another user's link`
    })
    expect(() => checkSocketFolder(place, me)).toThrow(refusal)
  })

  test('of this user, is used', () => {
    mkdirSync(target(), 0o700)
    prepareLocalPlace(place)
    expect(() => checkSocketFolder(place)).not.toThrow()
  })

  test('of this user to a folder that others may enter, is refused', () => {
    mkdirSync(target(), 0o755)
    expect(() => checkSocketFolder(place)).toThrow('other users may enter it')
  })
})
