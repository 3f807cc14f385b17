import { defineConfig } from 'vitest/config'

/** The long form of the checks in test/soak, one after the other, with their figures. */
export default defineConfig({
  test: {
    include: ['test/soak/*.test.ts'],
    env: { TIDINGS_SOAK: 'long' },
    testTimeout: 300_000,
    hookTimeout: 60_000,
    maxWorkers: 1,
    disableConsoleIntercept: true
  }
})
