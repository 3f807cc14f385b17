import type { BrokerCheck } from '../core/broker-check.js'
import { formatJson, type JsonTree, jsonObject } from '../core/catalogue/json-tree.js'
import { visibleText } from '../core/visible-text.js'

/** Lines for people. Control characters in the broker's texts are made visible. */
export function formatBrokerCheck({ broker, findings }: BrokerCheck): string {
  const rows = [['Broker', broker] as const, ...findings.flatMap(({ lines }) => lines)]
  const width = Math.max(...rows.map(([name]) => name.length)) + 2
  return rows.map(([name, value]) => `${`${name}:`.padEnd(width)}${visibleText(value)}\n`).join('')
}

/** One JSON object. What is unknown is null. */
export function formatBrokerCheckJson({ broker, findings, warnings }: BrokerCheck): string {
  const members: Record<string, JsonTree> = { broker }
  for (const { name, value } of findings) members[name] = value
  return `${formatJson(jsonObject({ ...members, warnings: [...warnings] }))}\n`
}
