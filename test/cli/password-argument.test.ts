import { describe, expect, it } from 'vitest'
import { PROMPT_FOR_PASSWORD, withPasswordPrompt } from '../../src/cli/password-argument.js'

describe('--password', () => {
  it('asks when it is the last word or stands before another flag', () => {
    expect(withPasswordPrompt(['a', '--password'])).toEqual(['a', '--password', PROMPT_FOR_PASSWORD])
    expect(withPasswordPrompt(['--password', '-b', 'x'])).toEqual([
      '--password',
      PROMPT_FOR_PASSWORD,
      '-b',
      'x'
    ])
  })

  it('takes the value that it is given', () => {
    expect(withPasswordPrompt(['--password', 'secret', 'a'])).toEqual(['--password', 'secret', 'a'])
    expect(withPasswordPrompt(['--password=secret'])).toEqual(['--password=secret'])
  })

  it('is left alone behind --', () => {
    expect(withPasswordPrompt(['--', '--password'])).toEqual(['--', '--password'])
  })
})
