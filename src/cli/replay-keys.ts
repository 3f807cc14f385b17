/** How far one key seeks, in microseconds. */
const SEEK = 10_000_000
const SLOWEST = 0.1
const FASTEST = 1000

/** What keys do to a replay. */
export interface Steerable {
  togglePause(): void
  /** Sends the next message at once. */
  step(): void
  setSpeed(change: (speed: number) => number): void
  seek(microseconds: number): void
  quit(): void
}

/** Does what a key stands for. Other keys are ignored. */
export function steerByKey(replay: Steerable, key: string): void {
  if (key === 'space') replay.togglePause()
  else if (key === 'n') replay.step()
  else if (key === '+' || key === '=') replay.setSpeed((speed) => changed(speed, 2))
  else if (key === '-') replay.setSpeed((speed) => changed(speed, 0.5))
  else if (key === 'right') replay.seek(SEEK)
  else if (key === 'left') replay.seek(-SEEK)
  else if (key === 'q') replay.quit()
}

/** The speed times a factor, within its bounds. `max` stays as it is. */
function changed(speed: number, factor: number): number {
  return Number.isFinite(speed) ? Math.min(FASTEST, Math.max(SLOWEST, speed * factor)) : speed
}
