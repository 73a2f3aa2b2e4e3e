// The time left: the server's seconds, counted down by a clock that only measures durations. The
// device's own time of day is never asked.

export class Countdown {
  constructor (seconds) {
    this.set(seconds)
  }

  // While paused it stands.
  set (seconds, paused) {
    this.seconds = seconds
    this.paused = Boolean(paused)
    this.since = performance.now()
  }

  get left () {
    const gone = this.paused ? 0 : (performance.now() - this.since) / 1000
    return Math.max(0, Math.ceil(this.seconds - gone))
  }

  get words () {
    const two = (number) => String(number).padStart(2, '0')
    const left = this.left
    return [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60].map(two).join('.')
  }
}
