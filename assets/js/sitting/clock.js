// The time left: the server's seconds, counted down by a clock that only measures durations. The
// device's own time of day is never asked.

export class Countdown {
  constructor (seconds) {
    this.set(seconds)
  }

  set (seconds) {
    this.seconds = seconds
    this.since = performance.now()
  }

  get left () {
    return Math.max(0, Math.ceil(this.seconds - (performance.now() - this.since) / 1000))
  }

  get words () {
    const two = (number) => String(number).padStart(2, '0')
    const left = this.left
    return [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60].map(two).join('.')
  }
}
