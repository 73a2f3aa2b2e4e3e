// What the server says of the sitting, and what this page does about it.

import { away } from './owner.js'
import { SignedOut } from './server.js'
import { base, countdown, facts, form, notes, outbox, screen, server, state, store } from './parts.js'
import { saved, say, unsaved } from './saving.js'
import { fill, record, sayElsewhere, sayInvalid } from './sheet.js'

let reporting = false

export function heard (told) {
  screen.show('signed-out', state.away && !told.frozen)
  if (facts.page === 'finished') return
  notes.online()
  setClock(told)
  standing(told)
  told.answers.filter((answer) => answer.fate === 'invalid').forEach(refused)
  const noted = told.given && replaced(told.given)
  if (told.frozen && outbox.window) freeze()
  if (!told.open) return finish()
  if (unsaved()) return say()
  if (state.away && !state.frozen) return location.reload()
  // A heartbeat says nothing new: a screen reader would read the time out every minute.
  if (told.answers.length || !screen.saysSaved) saved(told.clock)
  if (state.leaving) location.href = base + 'periksa'
  // Counted before these answers came.
  else if (facts.page === 'check' && told.answers.length) Promise.resolve(noted).then(() => location.reload())
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
  countdown.set(told.seconds_left, told.paused, told.break)
  if (countdown.estimated) countdown.start(told.elapsed_ms)
  screen.show('estimate', false)
  screen.clock(countdown, screen.grid(state.given, state.position).u)
}

// Whether a newer answer of this page is still on its way.
const hasNewer = (position) => (state.typing && position === state.position) ||
  [...outbox.waiting, ...outbox.filing.keys()].some((answer) => answer.position === position)

// What counts is another answer than the one that was sent from here: the page goes on with that.
function replaced (given) {
  const shown = ({ response = null, doubtful = false } = {}) => JSON.stringify([response, doubtful])
  const places = Object.keys(given).map(Number).filter((position) =>
    !hasNewer(position) && shown(given[position]) !== shown(state.given[position]))
  if (!places.length) return
  for (const position of places) state.given[position] = given[position]
  state.elsewhere = [...new Set([...state.elsewhere, ...places])]
  screen.grid(state.given, state.position)
  sayInvalid()
  if (form && places.includes(state.position)) fill()
  sayElsewhere()
  return store.note({ given: state.given, elsewhere: state.elsewhere })
}

function refused ({ position, reason }) {
  if (!state.given[position] || hasNewer(position)) return
  state.given[position].invalid = reason
  store.note({ given: state.given })
  screen.grid(state.given, state.position)
  sayInvalid()
}

// What this device knows of the clock: without network it goes by that, and stands by that.
export function noteTime () {
  const elapsed = countdown.sinceStart(performance.now())
  return store.note({ secondsLeft: countdown.left, pauseLeft: countdown.pauseLeft, elapsed, at: Date.now() })
}

// A break ends by itself, also where the server cannot be asked.
export async function breakOver () {
  if (reporting) return
  reporting = true
  const told = await ask()
  reporting = false
  if (told) return heard(told)
  countdown.goOn()
  state.paused = false
  await noteTime()
  if (facts.page === 'paused') location.reload()
  else screen.pause(false)
}

// The invigilator's pause, the candidate's own break, and time that was added.
export function standing (told) {
  if (told.paused !== state.paused || told.paused !== (facts.page === 'paused')) {
    if (told.paused) record(true) // typed before the clock stood
    state.paused = told.paused
    const other = facts.page === 'paused' ? !state.paused : state.paused && told.break
    const noted = noteTime()
    if (other && !unsaved()) return noted.then(() => location.reload())
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
  state.frozen = store.outdated = true
  notes.add('second_window')
  setTimeout(report)
  screen.show('frozen', true)
  screen.freeze(true)
  say()
}

export async function finish () {
  if (state.going) return
  state.going = true
  await sendNotes()
  location.replace(base + 'selesai')
}

// Where this window is and what it noted; the answer says how the sitting stands, and is null
// where the server cannot be reached.
export async function ask (keepalive) {
  const batch = notes.batch(outbox.window)
  const window = batch.length ? batch[0].window : outbox.window
  const said = {
    window,
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
  notes.online()
  return window === outbox.window ? told : ask(keepalive)
}

// Before what nobody listens to notes any more.
export async function sendNotes () {
  while (outbox.window && notes.waiting.length && await ask());
  return true
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
