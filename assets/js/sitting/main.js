// The exam page: every answer on the disk and on its way while the candidate goes on. The page
// works without any of this; then each question is a form.

import { fillForm, readForm } from './answers.js'
import { Countdown } from './clock.js'
import { Notes } from './notes.js'
import { Outbox } from './outbox.js'
import { Screen } from './screen.js'
import { Server, SignedOut } from './server.js'
import { dropShell, keepPictures, keepShell } from './shell.js'
import { Store } from './store.js'

const DRAFT_PAUSE = 2000
const HEARTBEAT = 20

const facts = document.getElementById('sitting').dataset
const base = facts.root + facts.attempt + '/'
const form = document.getElementById('answer-form')
const doubt = document.getElementById('doubtful')
const screen = new Screen(facts)
const store = new Store(facts.attempt)
const server = new Server(facts.root, facts.attempt, facts.csrf)
const outbox = new Outbox(store, server, heard)
const notes = new Notes(() => report(document.hidden))
const NO_ANSWER = { response: null, doubtful: false }
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other)

let countdown = null
const paper = {} // position → HTML
let given = {} // position → { response, doubtful, invalid }
let position = Number(facts.position)
let held = [] // chosen before the server gave this window its number
let elapsed = null // how to get from performance.now() to milliseconds since the start
let chosenAt = 0
let frozen = false
let ending = false
let leaving = false
let draftTimer = null
let beats = 0
let guessed = false // whether the time left is this device's guess
let drawn = null // what the form said when it was filled, or last recorded
let savedAt = ''
let adding = 0 // answers between the form and the queue
let typing = false // text that is not an answer yet
let extra = Number(facts.extra) // minutes granted that the page shows
let paused = false
let reporting = false
let newest = 0 // the highest number another window told

// --- What the server says ---------------------------------------------------------------------

function heard (told, error) {
  screen.show('signed-out', error instanceof SignedOut)
  if (error) {
    notes.begin('offline')
    return waiting()
  }
  if (facts.page === 'finished') return
  notes.online()
  standing(told)
  setClock(told)
  for (const answer of told.answers) {
    if (answer.fate !== 'invalid') continue
    if (given[answer.position]) given[answer.position].invalid = true
    screen.invalid(screen.text('Invalid', { n: screen.number(answer.position), reason: answer.reason }))
    screen.grid(given, position)
  }
  if (told.frozen) freeze()
  if (!told.open) return finish()
  if (unsaved()) return waiting()
  screen.show('stuck', false)
  // A heartbeat says nothing new: a screen reader would read the time out every minute.
  if (told.answers.length || !screen.saysSaved) saved(told.clock)
  if (leaving) location.href = base + 'periksa'
  // Counted before these answers came.
  else if (facts.page === 'check' && told.answers.length) location.reload()
}

function setClock (told) {
  if (!countdown) return
  countdown.set(told.seconds_left, told.paused)
  guessed = false
  screen.show('estimate', false)
  screen.clock(countdown, screen.grid(given, position).u)
}

// The invigilator's pause, the candidate's own break, and time that was added.
function standing (told) {
  if (told.paused !== paused || told.paused !== (facts.page === 'paused')) {
    if (told.paused) record(true) // typed before the clock stood
    paused = told.paused
    const other = facts.page === 'paused' ? !paused : paused && told.break
    if (other && !unsaved()) return location.reload()
    if (facts.page !== 'paused') screen.pause(paused)
  }
  if (told.grants) {
    extra = told.extra
    screen.grants(told.grants)
  } else if (told.extra !== extra) {
    setTimeout(report)
  }
}

function saved (time) {
  savedAt = time
  screen.saveState('saved', screen.text('Saved', { time }))
}

// Answers the server has not acknowledged, also those typed or on their way to the queue.
function unsaved () {
  return outbox.waiting.length + held.length + adding + (typing ? 1 : 0)
}

function waiting () {
  const count = unsaved()
  if (!count) return savedAt && saved(savedAt)
  const failing = outbox.failures || !outbox.window
  const kind = failing ? 'waiting' : 'saving'
  screen.saveState(kind, screen.text(failing ? 'Waiting' : 'Saving', { n: count }))
  const late = countdown && countdown.left < 300 && outbox.failures >= 3
  screen.show('stuck', outbox.stuckFor > 60 || Boolean(late))
}

function freeze () {
  if (frozen) return
  record(true) // typed before the other window was opened
  frozen = true
  notes.add('second_window')
  setTimeout(report)
  screen.show('frozen', true)
  screen.freeze(true)
}

function finish () {
  location.replace(base + 'selesai')
}

// --- Answers ----------------------------------------------------------------------------------

function milliseconds () {
  return elapsed === null ? null : Math.max(0, Math.round(elapsed + chosenAt))
}

function answered (response, draft) {
  return {
    attempt: facts.attempt,
    position,
    response,
    doubtful: doubt.checked,
    chosenMs: milliseconds(),
    draft: Boolean(draft)
  }
}

const onForm = () => ({ response: readForm(form), doubtful: doubt.checked })

// A form nobody touched is no answer: the page may be older than what waits on this device.
async function record (draft) {
  clearTimeout(draftTimer)
  if (!form || frozen || ending || paused) return
  const said = onForm()
  typing = false
  if (same(drawn, said)) return waiting()
  drawn = said
  const { response, doubtful } = given[position] || NO_ANSWER
  if (same({ response, doubtful }, said)) return waiting()
  given[position] = said
  screen.invalid('')
  screen.grid(given, position)
  const answer = answered(said.response, draft)
  if (!outbox.window) {
    held.push(answer)
    return waiting()
  }
  await keep([answer])
}

async function keep (answers) {
  adding += answers.length
  waiting()
  await Promise.all(answers.map((answer) => outbox.add(answer, given)))
  adding -= answers.length
  outbox.flush()
}

// The page may go away at any moment: what is typed goes to the disk and out without waiting.
function leaveBehind () {
  clearTimeout(draftTimer)
  if (typing && outbox.window && !frozen && !ending && !paused) {
    typing = false
    const response = readForm(form)
    given[position] = { response, doubtful: doubt.checked }
    outbox.addNow(answered(response, true), given)
  }
  outbox.leave()
}

function listen () {
  form.addEventListener('change', () => {
    chosenAt = performance.now()
    leaving = false
    record()
  })
  form.addEventListener('input', (event) => {
    chosenAt = performance.now()
    if (!event.target.matches('textarea, [type=text]')) return
    screen.words()
    typing = true
    waiting()
    clearTimeout(draftTimer)
    draftTimer = setTimeout(() => record(true), DRAFT_PAUSE)
  })
  let go = 'next'
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[name=go]')
    if (button) go = button.value
  })
  form.addEventListener('submit', (event) => {
    // A file is uploaded by the form itself; so is everything until the paper is here.
    if (go === 'upload' || (!hasPaper() && !frozen && !ending)) return
    event.preventDefault()
    record()
    move(go)
  })
  document.addEventListener('keydown', (event) => {
    const writing = event.target.matches('textarea, select, input:not([type=radio]):not([type=checkbox])')
    if (paused || writing || event.ctrlKey || event.altKey || event.metaKey) return
    const step = { ArrowRight: 'next', ArrowLeft: 'previous' }[event.key]
    // In a group of choices the arrows choose.
    if (step && hasPaper() && event.target.type !== 'radio' && screen.order[screen.number(position) - 1 + (step === 'next' ? 1 : -1)]) {
      event.preventDefault()
      record()
      move(step)
    }
    const number = 'abcdefgh'.indexOf(event.key.toLowerCase())
    const choice = document.querySelectorAll('#question .lsp-choice__input')[number]
    if (number >= 0 && event.key.length === 1 && choice && !choice.disabled) {
      choice.focus()
      choice.click()
    }
  })
  window.addEventListener('popstate', () => {
    record()
    show(addressed(), false)
  })
}

// --- Moving -----------------------------------------------------------------------------------

function move (go) {
  leaving = false
  const place = screen.number(position) - 1
  const step = { next: screen.order[place + 1], previous: screen.order[place - 1] }[go] || Number(go)
  if (paper[step]) {
    show(step, true)
    document.getElementById('question-title').focus()
  } else {
    leave()
  }
}

function show (wanted, push) {
  if (!paper[wanted]) return
  position = wanted
  document.getElementById('question').innerHTML = paper[position]
  document.getElementById('question-number').textContent = screen.number(position)
  const answer = given[position] || {}
  fillForm(form, answer.response)
  doubt.checked = Boolean(answer.doubtful)
  drawn = onForm()
  document.getElementById('previous').disabled = screen.number(position) === 1
  form.action = base + 'soal/' + position
  const title = screen.text('Title', { n: screen.number(position), total: facts.count })
  document.title = document.title.replace(/^.* – /, title + ' – ')
  if (push) history.pushState(null, '', form.action)
  screen.grid(given, position)
  screen.words()
  if (frozen || ending) screen.freeze(true)
  window.scrollTo(0, 0)
}

// To the check page, once the server has everything and can be reached: without network this page
// stays, because the next one would be the browser's own about what is wrong. What the server says
// next, at the latest at a heartbeat, leads on (`heard`).
async function leave () {
  leaving = true
  if (!await outbox.flush() || held.length) return
  try {
    heard(await ask(), null)
  } catch (error) {
    screen.show('signed-out', error instanceof SignedOut)
    screen.saveState('waiting', screen.text('Connecting'))
  }
}

// --- Time -------------------------------------------------------------------------------------

function tick () {
  const unanswered = screen.grid(given, position).u
  screen.clock(countdown, unanswered)
  // A device's clock ends nothing: it may have been put forward.
  if (countdown.left === 0 && !guessed) return timeUp()
  if (outbox.failures) waiting()
  if (++beats % HEARTBEAT === 0) beat()
}

async function beat () {
  if (form && !hasPaper()) loadPaper()
  if (outbox.waiting.length) outbox.flush()
  return report()
}

// Where this window is and what it noted; the answer says how the sitting stands.
async function report (keepalive) {
  if (!outbox.window || reporting) return
  reporting = true
  try {
    heard(await ask(keepalive === true), null)
  } catch (error) {
    notes.begin('offline')
    screen.show('signed-out', error instanceof SignedOut)
  } finally {
    reporting = false
  }
}

async function ask (keepalive) {
  const batch = notes.waiting.slice(0, 20)
  const response = await server.post('kabar', {
    window: outbox.window,
    position,
    queued: unsaved(),
    visible: !document.hidden,
    extra,
    notes: batch
  }, keepalive)
  notes.sent(batch)
  return response.json()
}

// The server is asked before anything ends: an invigilator may have given more time.
async function timeUp () {
  if (ending || frozen) return
  record()
  ending = true
  screen.freeze(true)
  screen.saveState('saving', screen.text('TimeUp'))
  for (let delay = 1; ; delay = Math.min(delay * 2, 15)) {
    try {
      const told = await ask()
      if (told.seconds_left > 0) {
        ending = false
        screen.freeze(frozen)
        return heard(told, null)
      }
      if (await outbox.flush()) {
        await server.post('kirim')
        return finish()
      }
    } catch (error) {
      screen.show('signed-out', error instanceof SignedOut)
    }
    await pause(delay)
  }
}

// Seconds, or until there is a network again.
function pause (seconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000)
    window.addEventListener('online', resolve, { once: true })
  })
}

// --- Beginning --------------------------------------------------------------------------------

// Take the exam over for this window. Without network the window of an earlier load goes on.
async function takeOver () {
  let told
  try {
    told = await (await server.post('jendela')).json()
  } catch (error) {
    screen.show('signed-out', error instanceof SignedOut)
    screen.saveState('saving', screen.text('Connecting'))
    const known = store.memory
    if (!known.window) return false
    outbox.window = known.window
    if (elapsed === null) guess(known)
    return true
  }
  if (!told.open) {
    finish()
    return true
  }
  await record() // what is typed at this moment, so that nothing below writes over it
  outbox.window = told.window
  server.windowKey = told.window_key
  elapsed = told.elapsed_ms - performance.now()
  given = Object.assign(told.given, unsent())
  standing(told)
  setClock(told)
  savedAt = told.clock
  waiting()
  if (newest > told.window) freeze()
  await store.note({ window: told.window, key: told.key, lastSeq: Math.max(store.memory.lastSeq, told.first_seq - 1), given })
  if (channel) channel.postMessage(told.window)
  return true
}

function unsent () {
  const chosen = {}
  for (const { position, response, doubtful } of outbox.waiting.concat(held)) {
    chosen[position] = { response, doubtful }
  }
  return chosen
}

// Without the server: where the clock was when this device last knew, and what has passed since.
function guess (known) {
  // A clock that jumped by half a day was put right meanwhile and measures nothing.
  const passed = Date.now() - known.at
  const since = passed > 0 && passed < 43200000 ? passed : 0
  elapsed = (known.elapsed || 0) + since - performance.now()
  countdown.set(Math.max(0, known.secondsLeft - since / 1000))
  guessed = true
  screen.show('estimate', true)
}

async function loadPaper () {
  const kept = await store.paper()
  let questions = kept
  try {
    if (!kept) {
      const response = await server.get('naskah.json')
      if (!response.ok) return
      questions = await response.json()
    }
  } catch (error) {
    return // every question is still a form; asked for again at the next heartbeat
  }
  for (const question of questions) paper[question.position] = question.html
  if (!kept) await store.keepPaper(questions)
  keepPictures(facts.attempt, questions)
}

const hasPaper = () => Boolean(paper[position])
const addressed = () => Number(location.pathname.split('/').pop())

// A file that has just been uploaded: the page knows of it, what this device remembers does not.
function uploaded () {
  const response = form.querySelector('[data-upload]') && readForm(form)
  return response ? { [position]: { response, doubtful: doubt.checked } } : {}
}

// After a crash or without network: the exam as this device knows it, before the server answers.
async function recall () {
  given = Object.assign({}, store.memory.given, unsent(), uploaded())
  if (await store.paper()) await loadPaper()
  if (hasPaper()) show(paper[addressed()] ? addressed() : position, false)
  else given[position] = onForm()
}

const channel = 'BroadcastChannel' in window ? new BroadcastChannel('lsp-exam-' + facts.attempt) : null

async function begin () {
  countdown = new Countdown(clockOnPage())
  if (form) {
    drawn = given[position] = onForm()
    listen()
  }
  await store.start()
  const known = await store.load()
  await outbox.start()
  if (form && known.window) await recall()
  for (let delay = 2; !(await takeOver()); delay = Math.min(delay * 2, 30)) {
    await pause(delay)
  }
  await keep(held.splice(0))
  if (form) {
    if (!hasPaper()) await loadPaper()
    await record()
    const { response, doubtful } = given[position] || NO_ANSWER
    if (!same({ response, doubtful }, onForm())) show(position, false)
  }
  screen.grid(given, position)
  waiting()
  outbox.flush()
  setInterval(tick, 1000)
  noteTime()
  setInterval(noteTime, 10000)
  notes.watch(facts.attempt)
  if (form) keepShell(facts)
}

function noteTime () {
  if (elapsed === null) return
  const now = performance.now()
  store.note({ secondsLeft: countdown.left, elapsed: Math.round(elapsed + now), at: Date.now() })
}

function clockOnPage () {
  const [hours, minutes, seconds] = document.getElementById('time-left').textContent.split('.').map(Number)
  return hours * 3600 + minutes * 60 + seconds
}

// On the receipt: what was still on its way arrives, then nothing of the exam stays here.
async function end () {
  await store.start()
  await store.load()
  await outbox.start()
  outbox.window = store.memory.window || 1
  for (let delay = 2; !(await outbox.flush()); delay = Math.min(delay * 2, 30)) {
    await pause(delay)
  }
  await store.wipe()
  await dropShell(facts.attempt)
}

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
if (channel) {
  channel.onmessage = (event) => {
    newest = Math.max(newest, event.data)
    if (outbox.window && newest > outbox.window) freeze()
  }
}
window.addEventListener('online', beat)
window.addEventListener('pageshow', (event) => { if (event.persisted) location.reload() })
window.addEventListener('pagehide', leaveBehind)
window.addEventListener('beforeunload', (event) => {
  if (!store.survives && unsaved()) event.preventDefault()
})
document.addEventListener('visibilitychange', () => {
  if (document.hidden) record(true)
  else outbox.flush()
})
const download = document.getElementById('download')
if (download) {
  download.addEventListener('click', () => screen.download(download, facts.attempt, store.memory, outbox.waiting))
  document.getElementById('take-over').addEventListener('click', () => location.reload())
}
const submission = document.getElementById('submit-form')
const rest = document.querySelector('.lsp-break')
for (const last of [submission, rest].filter(Boolean)) {
  last.addEventListener('submit', async (event) => {
    event.preventDefault()
    await record()
    if (!await outbox.flush()) return
    // A form that is sent without network ends at the browser's own page about what is wrong.
    try {
      heard(await ask(), null)
    } catch (error) {
      screen.show('signed-out', error instanceof SignedOut)
      return screen.saveState('waiting', screen.text('Connecting'))
    }
    last.submit()
  })
}
if (facts.page === 'finished') end()
else begin()
