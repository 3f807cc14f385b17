import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fileOutput } from '../../src/files/output.js'

describe.skipIf(process.platform !== 'linux')('a full disk', () => {
  it('is a failure with its reason', () => {
    const fd = fs.openSync('/dev/full', 'w')
    try {
      expect(() => fileOutput(fd, 'stdout').write('x')).toThrow(
        expect.objectContaining({
          kind: 'output',
          code: 'disk-full',
          message: 'cannot write to stdout: no space left on the device'
        })
      )
    } finally {
      fs.closeSync(fd)
    }
  })
})
