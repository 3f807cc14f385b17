import { lchownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
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
