import { expect, it } from 'vitest'
import { profilePlace } from '../../src/cli/profile-place.js'

const HOME = '/home/ada'
it.each([
  ['linux', { HOME }, '/home/ada/.config/tidings/profiles.toml'],
  ['linux', { HOME, XDG_CONFIG_HOME: '/cfg' }, '/cfg/tidings/profiles.toml'],
  ['linux', { HOME, XDG_CONFIG_HOME: 'cfg' }, '/home/ada/.config/tidings/profiles.toml'],
  ['linux', { HOME, TIDINGS_CONFIG_DIR: '/t' }, '/t/profiles.toml'],
  ['darwin', { HOME }, '/home/ada/Library/Application Support/tidings/profiles.toml'],
  ['win32', { APPDATA: '/app' }, '/app/tidings/profiles.toml'],
  ['win32', { USERPROFILE: HOME }, '/home/ada/AppData/Roaming/tidings/profiles.toml'],
  ['linux', {}, undefined]
])('on %s with %j: %s', (platform, env, file) => {
  expect(profilePlace(env, platform)?.file).toBe(file)
})
