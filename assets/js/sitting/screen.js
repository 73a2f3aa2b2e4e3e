// What the candidate sees change: the state of saving, the grid, the clock, the troubles.

const element = (id) => document.getElementById(id)

export class Screen {
  constructor (facts) {
    this.facts = facts
    this.announced = Infinity
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

  grid (given, current) {
    const counts = { a: 0, d: 0, u: 0 }
    for (let position = 1; position <= Number(this.facts.count); position++) {
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
    const left = countdown.left
    element('time-left').textContent = countdown.words
    const low = left <= 300
    element('timer').classList.toggle('lsp-timer--low', low)
    this.show('last-minutes', low)
    for (const minutes of [10, 5, 1]) {
      // Only at the moment of passing it: whoever reloads is not told again.
      if (left <= minutes * 60 && this.announced > minutes * 60 && left > minutes * 60 - 5) {
        element('announcement').textContent = this.text('Left', { n: minutes, u: unanswered })
        setTimeout(() => { element('announcement').textContent = '' }, 20000)
      }
    }
    this.announced = left
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
    if (count && area) {
      count.textContent = this.text('Words', { n: area.value.split(/\s+/).filter(Boolean).length })
    }
  }

  download (link, answers, attempt) {
    const file = new Blob([JSON.stringify({ attempt, answers }, null, 1)], { type: 'application/json' })
    if (link.href.startsWith('blob:')) URL.revokeObjectURL(link.href)
    link.href = URL.createObjectURL(file)
  }
}
