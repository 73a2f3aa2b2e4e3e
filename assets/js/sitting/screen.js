// What the candidate sees change: the state of saving, the grid, the clock, the troubles.

import { inWords } from './clock.js'
import { sign } from './signing.js'
import { whole } from './store.js'

const element = (id) => document.getElementById(id)

export class Screen {
  constructor (facts) {
    this.facts = facts
    this.announced = Infinity
    this.inGrace = false
    this.isAway = false
    this.order = facts.order.split(',').map(Number)
  }

  text (name, values) {
    const words = this.facts['text' + name]
    return words.replace(/{(\w+)}/g, (_, key) => (values || {})[key])
  }

  saveState (kind, words) {
    const place = element('save-state')
    if (place.textContent === words) return
    place.className = 'lsp-save-state' + (kind ? ' lsp-save-state--' + kind : '')
    place.textContent = words
  }

  get saysSaved () {
    return element('save-state').className.endsWith('--saved')
  }

  show (id, shown) {
    const place = element(id)
    if (place && place.hidden === shown) place.hidden = !shown
  }

  invalid (words) {
    element('invalid-text').textContent = words
    this.show('invalid', Boolean(words))
  }

  elsewhere (words) {
    element('elsewhere-text').textContent = words
    this.show('elsewhere', Boolean(words))
  }

  grid (given, current) {
    const counts = { a: 0, d: 0, u: 0 }
    for (const position of this.order) {
      const answer = given[position] || {}
      const answered = answer.response && !answer.invalid
      counts[answered ? 'a' : 'u']++
      if (answer.doubtful) counts.d++
      const state = answer.doubtful ? 'doubtful' : answered ? 'answered' : ''
      const item = document.querySelector(`.lsp-grid__list [value="${position}"]`)
      if (!item) continue
      item.className = 'lsp-grid__item' + (state ? ' lsp-grid__item--' + state : '')
      item.querySelector('.js-state').textContent =
        this.text(state ? state[0].toUpperCase() + state.slice(1) : 'Unanswered')
      if (position === current) item.setAttribute('aria-current', 'true')
      else item.removeAttribute('aria-current')
    }
    const line = element('grid-count')
    if (line) line.textContent = this.text('Counts', counts)
    return counts
  }

  clock (countdown, unanswered) {
    const { left, guessed } = countdown
    // A guess alarms nobody, and ends nothing: the device's clock may be wrong. What may not count
    // is said, though.
    const unsure = guessed && !left
    this.show('unsure', unsure)
    if (!this.inGrace) element('time-left').textContent = unsure ? this.text('Unsure') : inWords(left)
    if (guessed) this.show('estimate', !unsure)
    const low = left <= 300 && !guessed
    element('timer').classList.toggle('lsp-timer--low', low)
    this.show('last-minutes', low && !this.inGrace)
    for (const minutes of [10, 5, 1]) {
      // Only at the moment of passing it: whoever reloads is not told again.
      if (!guessed && left <= minutes * 60 && this.announced > minutes * 60 && left > minutes * 60 - 5) {
        this.announce(this.text('Left', { n: minutes, u: unanswered }))
      }
    }
    this.announced = left
  }

  // Read out by a screen reader, and seen nowhere.
  announce (words) {
    const place = element('announcement')
    place.textContent = words
    setTimeout(() => { if (place.textContent === words) place.textContent = '' }, 20000)
  }

  // No more answers here: time is up, or another window has taken over.
  freeze (frozen) {
    for (const field of document.querySelectorAll('#question [name], #doubtful')) {
      field.disabled = frozen
    }
  }

  words () {
    const count = element('answer-words')
    const area = document.querySelector('#question textarea')
    if (!count || !area) return
    const words = this.text('Words', { n: area.value.split(/\s+/).filter(Boolean).length })
    count.textContent = [words, this.tooLong()].filter(Boolean).join('. ')
  }

  // Why the text on the screen cannot be kept; nothing where it can.
  tooLong () {
    const field = document.querySelector('#question [data-longest]')
    if (!field) return ''
    const { longest } = field.dataset
    const length = [...field.value.trim()].length
    return length > longest ? this.text('TooLong', { longest, length }) : ''
  }

  // Answers wait and cannot be sent: the box with the file. `last` are words for when time is up;
  // then it comes into view by itself, once.
  stuck (shown, last) {
    const box = element('stuck')
    if (!box) return
    const words = element('stuck-last')
    if (words.textContent !== (last || '')) words.textContent = last || ''
    words.hidden = !last
    element('stuck-now').hidden = Boolean(last)
    const appears = box.hidden && shown
    box.hidden = !shown
    if (last && shown && (appears || !this.inGrace)) box.focus()
  }

  // How long answers are still taken after the end, in place of the time left; null: as before.
  grace (left) {
    this.inGrace = left !== null
    element('time-title').textContent = this.text(this.inGrace ? 'GraceLeft' : 'TimeLeft')
    if (this.inGrace) element('time-left').textContent = inWords(Math.max(0, left))
  }

  // Nothing of the exam is to be seen; the page itself tells how it comes back.
  away () {
    this.isAway = true
    this.show('signed-out', true)
    document.querySelectorAll('#soal, .lsp-exam__nav, #shortcuts, .lsp-break, #daftar-soal')
      .forEach((part) => { part.hidden = true })
  }

  // Taken over by another window, and what became of the answers of this one.
  frozen (count) {
    element('frozen-answers').textContent = this.text(count ? 'FrozenUnsent' : 'FrozenSaved', { n: count })
  }

  // The place of a question in the candidate's own order: what is called "Soal 3".
  number (position) {
    return this.order.indexOf(position) + 1
  }

  // No question while the clock stands.
  pause (paused) {
    this.show('paused', paused)
    const question = element('soal')
    if (question) question.hidden = paused || this.isAway
  }

  grants (words) {
    element('grants').replaceChildren(...words.map((text) => {
      const line = document.createElement('p')
      line.className = 'lsp-alert'
      line.textContent = text
      return line
    }))
  }

  // Signed by this window's key, so that the file can be believed to come from this sitting.
  download (link, attempt, { window, key }, waiting) {
    const answers = JSON.stringify(waiting.map((answer) => ({
      position: answer.position,
      seq: whole(answer),
      response: answer.response,
      doubtful: answer.doubtful,
      chosen_ms: answer.chosenMs
    })))
    const content = { attempt, window, answers, signature: sign(key, answers) }
    const file = new Blob([JSON.stringify(content, null, 1)], { type: 'application/json' })
    if (link.href.startsWith('blob:')) URL.revokeObjectURL(link.href)
    link.href = URL.createObjectURL(file)
  }
}
