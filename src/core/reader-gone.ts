import { TidingsError } from './errors.js'

/** Whether it is the failure of an output that nobody reads any more: its reader has had enough. */
export const isReaderGone = (failure: unknown): boolean =>
  failure instanceof TidingsError && failure.code === 'reader-gone'
