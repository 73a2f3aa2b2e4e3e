// What the server says of the sitting, and what this page does about it.

import { away } from './owner.js'
import { SignedOut } from './server.js'
import { base, countdown, facts, notes, outbox, screen, server, state, store } from './parts.js'
import { saved, say, unsaved } from './saving.js'
import { record, sayInvalid } from './sheet.js'

let reporting = false

export function heard (told) {
  screen.show('signed-out', state.away && !told.frozen)
  if (facts.page === 'finished') return
  notes.online()
  standing(told)
  setClock(told)
  told.answers.filter((answer) => answer.fate === 'invalid').forEach(refused)
  if (told.frozen && outbox.window) freeze()
  if (!told.open) return finish()
  if (unsaved()) return say()
  if (state.away && !state.frozen) return location.reload()
  // A heartbeat says nothing new: a screen reader would read the time out every minute.
  if (told.answers.length || !screen.saysSaved) saved(told.clock)
  if (state.leaving) location.href = base + 'periksa'
  // Counted before these answers came.
  else if (facts.page === 'check' && told.answers.length) location.reload()
}

export function unheard (error) {
  notes.begin('offline')
  if (error instanceof SignedOut) away()
}

outbox.heard = heard
outbox.unheard = (error) => {
  unheard(error)
  say()
}

export function setClock (told) {
  countdown.set(told.seconds_left, told.paused)
  screen.show('estimate', false)
  screen.clock(countdown, screen.grid(state.given, state.position).u)
}

function refused ({ position, reason }) {
  const newer = [...outbox.waiting, ...outbox.filing.keys()]
  if (!state.given[position] || newer.some((answer) => answer.position === position)) return
  state.given[position].invalid = reason
  store.note({ given: state.given })
  screen.grid(state.given, state.position)
  sayInvalid()
}

// The invigilator's pause, the candidate's own break, and time that was added.
export function standing (told) {
  if (told.paused !== state.paused || told.paused !== (facts.page === 'paused')) {
    if (told.paused) record(true) // typed before the clock stood
    state.paused = told.paused
    const other = facts.page === 'paused' ? !state.paused : state.paused && told.break
    if (other && !unsaved()) return location.reload()
    if (facts.page !== 'paused') screen.pause(state.paused)
  }
  if (told.grants) {
    state.extra = told.extra
    screen.grants(told.grants)
  } else if (told.extra !== state.extra) {
    setTimeout(report)
  }
}

export function freeze () {
  if (state.frozen) return
  record(true) // typed before the other window was opened
  state.frozen = true
  notes.add('second_window')
  setTimeout(report)
  screen.show('frozen', true)
  screen.freeze(true)
  say()
}

export function finish () {
  location.replace(base + 'selesai')
}

// Where this window is and what it noted; the answer says how the sitting stands, and is null
// where the server cannot be reached.
export async function ask (keepalive) {
  const batch = notes.waiting.slice(0, 20)
  const said = {
    window: outbox.window,
    position: state.position,
    queued: unsaved(),
    visible: !document.hidden,
    extra: state.extra,
    notes: batch
  }
  let told
  try {
    told = await (await server.post('kabar', said, keepalive)).json()
  } catch (error) {
    unheard(error)
    return null
  }
  notes.sent(batch)
  return told
}

export async function report (keepalive) {
  if (!outbox.window || reporting) return
  reporting = true
  try {
    const told = await ask(keepalive === true)
    if (told) heard(told)
  } finally {
    reporting = false
  }
}

notes.urgent = () => report(document.hidden)
