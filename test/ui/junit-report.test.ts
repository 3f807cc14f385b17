import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatJunit } from '../../src/ui/junit-report.js'

const report = {
  name: 'tidings watch',
  began: Date.UTC(2026, 10, 29, 10, 0, 0) * 1000,
  elapsed: 1_234_567,
  cases: [
    { name: 'orders', failures: [] },
    {
      name: 'fridge/"1"',
      failures: [{ message: 'silent for 30 s', type: 'silence', details: 'last message\n<12:00:00>' }]
    },
    { name: 'lamp', failures: [], skipped: 'Avro & others' }
  ]
}

it('a report names each case, what is wrong with it, and what was skipped', () => {
  expect(formatJunit(report)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
<testsuite name="tidings watch" tests="3" failures="1" errors="0" skipped="1" time="1.235" timestamp="2026-11-29T10:00:00">
  <testcase classname="tidings watch" name="orders"></testcase>
  <testcase classname="tidings watch" name="fridge/&quot;1&quot;">
    <failure message="silent for 30 s" type="silence">last message
&lt;12:00:00&gt;</failure>
  </testcase>
  <testcase classname="tidings watch" name="lamp"><skipped message="Avro &amp; others"/></testcase>
</testsuite>
</testsuites>
`)
})

it('no name and no detail leaves its place in the XML, and none has a character that XML forbids', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, details) => {
      const text = formatJunit({
        ...report,
        cases: [{ name, failures: [{ message: name, type: 'x', details }] }]
      })
      expect(text.match(/<(?!\/?(testsuites?|testcase|failure)\b|\?xml)/g)).toBeNull()
      expect(text.match(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/)).toBeNull()
    })
  )
})
