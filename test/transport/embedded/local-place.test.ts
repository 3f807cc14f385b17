import { userInfo } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { localPlace } from '../../../src/transport/embedded/local-place.js'

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
