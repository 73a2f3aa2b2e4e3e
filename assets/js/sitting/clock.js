// The time left: the server's seconds, counted down by a clock that only measures durations. The
// device's own time of day is asked only where the server cannot be, and ends nothing.

// A device's clock that jumped by half a day was put right meanwhile and measures nothing.
const JUMP = 43200000

export class Countdown {
  constructor () {
    this.seconds = 0
    this.since = 0
    this.paused = false
    this.guessed = false // whether the time left is this device's guess
    this.began = null // the start of the exam, as performance.now() would have said
  }

  // While paused it stands.
  set (seconds, paused) {
    this.guessed = false
    this.paused = Boolean(paused)
    if (!seconds && !this.left) return // what is over stays over since then
    this.seconds = seconds
    this.since = performance.now()
  }

  // Without the server: where the clock was when this device last knew, and what has passed since.
  guess (known) {
    const passed = Date.now() - known.at
    const since = passed > 0 && passed < JUMP ? passed : 0
    this.start((known.elapsed || 0) + since)
    this.set(Math.max(0, known.secondsLeft - since / 1000))
    this.guessed = true
  }

  start (elapsed) {
    this.began = performance.now() - elapsed
  }

  // Milliseconds since the start at that moment of performance.now(), null while not known.
  sinceStart (moment) {
    return this.began === null ? null : Math.max(0, Math.round(moment - this.began))
  }

  get exactly () {
    return this.seconds - (this.paused ? 0 : (performance.now() - this.since) / 1000)
  }

  get left () {
    return Math.max(0, Math.ceil(this.exactly))
  }

  // Seconds since the end.
  get over () {
    return Math.max(0, -this.exactly)
  }
}

export function inWords (seconds) {
  const two = (number) => String(number).padStart(2, '0')
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join('.')
}
