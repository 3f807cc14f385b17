import fs from 'node:fs'
import { interruption } from '../core/concluded.js'
import { isStream } from './file-chunks.js'
import { outputFailure } from './output.js'

/** Nothing tells that a pipe is opened for reading, so it is tried again and again. */
const PAUSE_MS = 20

/**
 * Waits until somebody reads the named pipe that is to be written to; all other files are ready. To open it would wait, too, but no signal
 * could end that.
 * @throws TidingsError of kind output if it cannot be written to, and of kind interrupted if `stop` aborts meanwhile
 */
export async function waitForReader(path: string, stop: AbortSignal): Promise<void> {
  while (isStream(path) && !hasReader(path)) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    if (stop.aborted) throw interruption(String(stop.reason))
  }
}

function hasReader(path: string): boolean {
  try {
    fs.closeSync(fs.openSync(path, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') return false
    throw outputFailure(`"${path}"`, error)
  }
}
