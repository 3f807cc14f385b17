import { writeSync } from 'node:fs'

/** Writes a text to stdout at once, without loading Node's streams. A reader that went away is no failure; another failure is told. */
export function printText(text: string): void {
  const bytes = Buffer.from(text)
  let written = 0
  while (written < bytes.length) {
    try {
      written += writeSync(1, bytes, written)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EAGAIN') continue
      if (code !== 'EPIPE') void tell(error)
      return
    }
  }
}

async function tell(error: unknown): Promise<void> {
  const { tellOutputFailure } = await import('../tell-output-failure.js')
  await tellOutputFailure(error)
}
