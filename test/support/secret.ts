import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'

/** A password that URLs, shells and formats each write differently. */
export const SECRET = 'Mark3r%:@/pass'
export const ENCODED_SECRET = encodeURIComponent(SECRET)

/** Every form in which the password could appear. */
const FORMS = [
  SECRET,
  ENCODED_SECRET,
  Buffer.from(SECRET).toString('base64'),
  Buffer.from(SECRET).toString('hex')
]

export function expectNoSecret(where: string, text: string): void {
  for (const form of FORMS) expect(text.includes(form) ? `${where}: ${text}` : '').toBe('')
}

export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
