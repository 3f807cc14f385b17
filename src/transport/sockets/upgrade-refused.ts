/** The server answered the WebSocket handshake with something else. */
export class UpgradeRefused extends Error {
  constructor(readonly status: number) {
    super(`the server answered the WebSocket handshake with HTTP status ${status}`)
  }
}
