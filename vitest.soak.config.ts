import { defineConfig } from 'vitest/config'

const extent = process.env.TIDINGS_SOAK ?? 'long'

/** The long form of the checks in test/soak, or the full one (TIDINGS_SOAK=full), one after the other, with their figures. */
export default defineConfig({
  test: {
    include: ['test/soak/*.test.ts'],
    env: { TIDINGS_SOAK: extent },
    testTimeout: extent === 'full' ? 1_800_000 : 300_000,
    hookTimeout: 60_000,
    maxWorkers: 1,
    disableConsoleIntercept: true
  }
})
