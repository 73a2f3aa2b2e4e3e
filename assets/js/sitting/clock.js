// The time left: the server's seconds, counted down by a clock that only measures durations. The
// device's own time of day is asked only where the server cannot be, and ends nothing.

// A device's clock that jumped by half a day was put right meanwhile and measures nothing.
const JUMP = 43200

export class Countdown {
  constructor () {
    this.seconds = 0
    this.since = 0
    this.paused = false
    this.pauseEnds = Infinity // by performance.now(): a break ends by itself, any other pause does not
    this.guessed = false // whether the time left is this device's guess
    this.began = null // the start of the exam, as performance.now() would have said
    this.estimated = false // whether that is this device's guess
  }

  // While paused it stands.
  set (seconds, paused, isBreak) {
    this.guessed = false
    this.paused = Boolean(paused)
    if (!paused || isBreak === false) this.pauseEnds = Infinity
    if (!seconds && !this.left) return // what is over stays over since then
    this.seconds = seconds
    this.since = performance.now()
  }

  // Without the server: where the clock was when this device last knew, and what has passed since.
  // A device that is always wrong by the same measures that rightly.
  guess ({ at, secondsLeft, pauseLeft = 0, elapsed = null }) {
    const passed = (Date.now() - at) / 1000
    const isPossible = passed > 0 && passed < JUMP
    const since = isPossible ? passed : 0
    this.set(Math.max(0, secondsLeft - Math.max(0, since - pauseLeft)), pauseLeft > since)
    if (this.paused) this.pauseFor(pauseLeft - since)
    this.guessed = this.estimated = true
    this.began = isPossible && elapsed !== null ? performance.now() - elapsed - since * 1000 : null
  }

  pauseFor (seconds) {
    this.pauseEnds = performance.now() + seconds * 1000
  }

  // Seconds for which it still stands.
  get pauseLeft () {
    return this.paused ? Math.max(0, (this.pauseEnds - performance.now()) / 1000) : 0
  }

  // A break is over.
  goOn () {
    this.paused = false
    this.pauseEnds = Infinity
    this.since = performance.now()
  }

  start (elapsed) {
    this.began = performance.now() - elapsed
    this.estimated = false
  }

  // Milliseconds since the start at that moment of performance.now(), null while not known.
  sinceStart (moment) {
    return this.began === null ? null : Math.max(0, Math.round(moment - this.began))
  }

  // What an answer says of the moment at which it was chosen.
  dated (moment) {
    return { chosenMs: this.sinceStart(moment), estimated: this.estimated }
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
