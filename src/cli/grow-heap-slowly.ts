import { setFlagsFromString } from 'node:v8'

/**
 * Lets the heap grow by at most three tenths between two collections. V8 lets it grow to four times what is in use if there is memory,
 * so that a process with much to remember would take several times as much memory as it needs.
 */
export function growHeapSlowly(): void {
  setFlagsFromString('--heap-growing-percent=30')
}
