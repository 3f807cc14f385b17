import { defineConfig } from 'vitest/config'

/** `vitest run`: all facts. `vitest run --mode soak`: the long form of the checks in test/soak, with their figures, or the full one (TIDINGS_SOAK=full). */
export default defineConfig(({ mode }) => {
  const globalSetup = ['test/support/rabbitmq-setup.ts', 'test/support/kafka-setup.ts']
  if (mode === 'soak') {
    const extent = process.env.TIDINGS_SOAK ?? 'long'
    return {
      test: {
        include: ['test/soak/*.test.ts'],
        globalSetup,
        env: { TIDINGS_SOAK: extent },
        testTimeout: extent === 'full' ? 1_800_000 : 300_000,
        hookTimeout: 60_000,
        // One after the other.
        maxWorkers: 1,
        disableConsoleIntercept: true
      }
    }
  }
  return {
    test: {
      include: ['test/**/*.test.ts'],
      globalSetup,
      testTimeout: 180_000,
      hookTimeout: 120_000,
      maxWorkers: 2,
      // .ci/run counts what passed and makes sure that nothing was skipped.
      ...(process.env.CI_REPORT && {
        reporters: ['default', ['json', { outputFile: process.env.CI_REPORT }]]
      })
    }
  }
})
