// The beginning of a page: what this device knows, then the exam taken over for this window.

import { isOver, timeUp } from './ending.js'
import { countdown, facts, form, notes, outbox, pause, screen, server, state, store } from './parts.js'
import { saved, say, unsaved } from './saving.js'
import { hasPaper, listenToForm, loadPaper, recall, record, sayElsewhere, sayInvalid, settle, unsent } from './sheet.js'
import { keepShell } from './shell.js'
import { breakOver, finish, freeze, noteTime, report, setClock, standing } from './standing.js'
import { listenToMoves } from './moving.js'

const HEARTBEAT = 20
const NOTE_TIME = 10

const channel = 'BroadcastChannel' in window ? new BroadcastChannel('lsp-exam-' + facts.attempt) : null
let newest = 0 // the highest number another window told
let beats = 0

// Without network the window of an earlier load goes on.
async function takeOver () {
  let told
  try {
    told = await (await server.post('jendela')).json()
  } catch (error) {
    if (!unsaved()) screen.saveState('saving', screen.text('Connecting'))
    outbox.failed(error)
    const known = store.memory
    if (!known.window) return false
    countdown.guess(known)
    dateEarly()
    outbox.early.clear() // numbered by that window
    await outbox.open(known.window)
    tell(known.window)
    screen.show('estimate', true)
    return true
  }
  if (told.open) await goOn(told)
  else finish()
  return true
}

// What was chosen on this page before anything was known of the clock.
function dateEarly () {
  for (const [answer, moment] of outbox.early) Object.assign(answer, countdown.dated(moment))
}

async function goOn (told) {
  await record() // what is typed at this moment, so that nothing below writes over it
  notes.online()
  server.windowKey = told.window_key
  countdown.start(told.elapsed_ms)
  dateEarly()
  await outbox.open(told.window)
  state.given = Object.assign(told.given, typedOnly(), unsent())
  setClock(told)
  standing(told)
  sayInvalid()
  saved(told.clock)
  if (newest > told.window) freeze()
  await store.note({ window: told.window, key: told.key, given: state.given })
  tell(told.window)
}

// The other tabs of this exam. Without network this one has the number of an earlier load, and the
// newer page is the one that tells of it.
function tell (window) {
  if (channel) channel.postMessage(window)
}

// What was typed here and could not be kept: the server does not have it.
function typedOnly () {
  const known = Object.assign({}, store.memory.given, state.given)
  return Object.fromEntries(Object.entries(known).filter(([, answer]) => answer.invalid))
}

export async function begin () {
  countdown.set(secondsOnPage())
  if (channel) channel.onmessage = (event) => isNewer(event.data)
  if (form) {
    listenToForm()
    listenToMoves()
  }
  await store.start()
  const known = await store.load()
  await outbox.start()
  recallPause(known)
  notes.recall(known)
  state.elsewhere = known.elsewhere || []
  sayElsewhere()
  if (form && (known.window || outbox.waiting.length)) await recall()
  setInterval(tick, 1000)
  for (let delay = 2; !(await takeOver()); delay = Math.min(delay * 2, 30)) {
    await pause(delay)
  }
  if (form) await settle()
  screen.grid(state.given, state.position)
  say()
  outbox.flush()
  noteTime()
  setInterval(noteTime, NOTE_TIME * 1000)
  notes.watch(facts.attempt)
  if (form) keepShell(facts)
}

function isNewer (window) {
  newest = Math.max(newest, window)
  if (outbox.window && newest >= outbox.window) freeze()
}

function secondsOnPage () {
  const [hours, minutes, seconds] = document.getElementById('time-left').textContent.split('.').map(Number)
  return hours * 3600 + minutes * 60 + seconds
}

function tick () {
  screen.clock(countdown, unanswered())
  if (isOver()) timeUp()
  if (state.paused && !countdown.pauseLeft) breakOver()
  if (outbox.failures || state.unreached) say()
  if (++beats % HEARTBEAT === 0 && !state.ending) beat()
}

// What the server has is known once the window is open; until then the page shows it.
function unanswered () {
  if (outbox.window) return screen.grid(state.given, state.position).u
  return facts.count - document.querySelectorAll('.lsp-grid__list .lsp-grid__item--answered').length
}

export async function beat () {
  if (form && !hasPaper()) loadPaper()
  outbox.flush()
  return report()
}

// A pause that this device knows of holds until the server says otherwise, or a break is over.
function recallPause (known) {
  if (facts.page === 'paused') {
    const left = document.getElementById('break-left')
    countdown.set(countdown.seconds, true)
    countdown.pauseFor(left ? Number(left.dataset.seconds) : Infinity)
    noteTime()
  } else if (known.pauseLeft) {
    countdown.guess(known)
    screen.pause(countdown.paused)
  }
  state.paused = countdown.paused
}
