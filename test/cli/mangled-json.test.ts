import { describe, expect, it } from 'vitest'
import { isMangledJson } from '../../src/cli/mangled-json.js'

describe('a payload on the command line', () => {
  it.each([
    ...['{name:Ada}', '{name: Ada', '{"a":1', '["a"', '[{a:1}]', ' {"name":Ada}', '{ a_b :1}'],
    ...['{größe:1}', '{unit-id:7}', '{$ref:x}', '{1:2}', '{a.b:1}', '{\\"a\\":1}', "{'a':1}", '[\\"a\\"]']
  ])('%s was meant to be JSON and is none', (text) => {
    expect(isMangledJson(text)).toBe(true)
  })

  it.each([
    '{"name":"Ada"}',
    '["a"]',
    '[{}]',
    '[INFO] started',
    '{}',
    '{',
    'on',
    '{{name}}',
    '{0}',
    '{:x}',
    '[a:b]',
    '[1,2',
    '21.5',
    ''
  ])('%s is what it was meant to be', (text) => {
    expect(isMangledJson(text)).toBe(false)
  })
})
