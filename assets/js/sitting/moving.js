// From one question to another, to the check page, and to the end.

import { listenToKeys } from './keys.js'
import { form, outbox, screen, state } from './parts.js'
import { addressed, hasPaper, record, show } from './sheet.js'
import { ask, heard, sendNotes } from './standing.js'

// The question beside this one in the candidate's own order.
const beside = (way) => screen.order[screen.number(state.position) - 1 + way]

function move (go) {
  state.leaving = false
  const wanted = { next: beside(1), previous: beside(-1) }[go] || Number(go)
  if (hasPaper(wanted)) {
    show(wanted, true)
    document.getElementById('question-title').focus()
  } else {
    leave()
  }
}

// To the check page, once the server has everything and can be reached: without network this page
// stays, because the next one would be the browser's own about what is wrong. What the server says
// next, at the latest at a heartbeat, leads on (`heard`).
async function leave () {
  state.leaving = true
  if (await outbox.flush()) await reached()
}

// Says whether the server could be asked.
async function reached () {
  const told = await ask()
  if (told) heard(told)
  else screen.saveState('waiting', screen.text('Connecting'))
  return Boolean(told)
}

export function listenToMoves () {
  let go = 'next'
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[name=go]')
    if (button) go = button.value
  })
  form.addEventListener('submit', (event) => {
    // A file is uploaded by the form itself; so is everything until the paper is here.
    state.going = go === 'upload' || (!hasPaper() && !state.frozen && !state.ending)
    if (state.going) return
    event.preventDefault()
    record()
    move(go)
  })
  listenToKeys(() => state.paused || state.away, (way) => {
    if (!hasPaper() || !beside(way)) return false
    record()
    move(way > 0 ? 'next' : 'previous')
    return true
  }, (choice, isChosen) => screen.announce(screen.text(isChosen ? 'Chosen' : 'NotChosen', { choice })))
  window.addEventListener('popstate', () => {
    record()
    show(addressed(), false)
  })
}

// Handing in, and a break: forms that need everything to be with the server. One that is sent
// without network ends at the browser's own page about what is wrong.
export function sendWhenSaved (last) {
  last.addEventListener('submit', async (event) => {
    event.preventDefault()
    await record()
    if (await outbox.flush() && await reached() && await sendNotes()) last.submit()
  })
}
