import { expect, it } from 'vitest'
import { nameUnknownUser } from '../../../src/cli/start/unknown-user.js'

it('a shell and a home are always named, and those of the environment stay', () => {
  const none: NodeJS.ProcessEnv = {}
  nameUnknownUser(none)
  expect(none).toEqual({ SHELL: expect.stringMatching(/^\//), HOME: expect.stringMatching(/^\//) })
  const some = { SHELL: '/bin/fish', HOME: '/home/ada' }
  nameUnknownUser(some)
  expect(some).toEqual({ SHELL: '/bin/fish', HOME: '/home/ada' })
})
