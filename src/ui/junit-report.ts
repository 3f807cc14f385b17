import type { TestCase, TestReport } from '../core/test-report.js'
import { visibleText } from '../core/visible-text.js'

/**
 * The report as JUnit's XML, as CI systems read it: one `testsuite`, a `testcase` for each case, a `failure` for each thing that is wrong.
 * Source: the schema that Jenkins and GitLab document.
 */
export function formatJunit({ name, began, elapsed, cases }: TestReport): string {
  const failed = cases.filter(({ failures }) => failures.length > 0).length
  const skipped = cases.filter(isSkipped).length
  const suite = [
    ['name', name],
    ['tests', String(cases.length)],
    ['failures', String(failed)],
    ['errors', '0'],
    ['skipped', String(skipped)],
    ['time', (elapsed / 1_000_000).toFixed(3)],
    ['timestamp', new Date(began / 1000).toISOString().slice(0, 19)]
  ] as const
  const body = cases.map((each) => formatCase(name, each)).join('')
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${tag('testsuite', suite)}\n${body}</testsuite>\n</testsuites>\n`
}

function formatCase(suite: string, testCase: TestCase): string {
  const { name, failures, skipped } = testCase
  const open = `  ${tag('testcase', [
    ['classname', suite],
    ['name', name]
  ])}`
  if (isSkipped(testCase)) return `${open}<skipped message="${asXml(skipped ?? '')}"/></testcase>\n`
  if (failures.length === 0) return `${open}</testcase>\n`
  const lines = failures.map(({ message, type, details }) => {
    const failure = tag('failure', [
      ['message', message],
      ['type', type]
    ])
    return `    ${failure}${asXml(details)}</failure>\n`
  })
  return `${open}\n${lines.join('')}  </testcase>\n`
}

const isSkipped = ({ failures, skipped }: TestCase): boolean => skipped !== undefined && failures.length === 0

const tag = (name: string, attributes: readonly (readonly [string, string])[]): string =>
  `<${name}${attributes.map(([key, value]) => ` ${key}="${asXml(value)}"`).join('')}>`

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** XML 1.0 has no place for most control characters, not even escaped, so they are made visible. U+FFFE and U+FFFF are not allowed either. */
const asXml = (text: string): string =>
  visibleText(text, { keepLines: true })
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
