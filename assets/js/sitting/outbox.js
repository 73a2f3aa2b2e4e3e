// The queue of answers that the server has not acknowledged. On the disk first, then sent: all
// that wait in one request, oldest first; after a failure again in 2, 4, 8 … 30 seconds.

import { whole } from './store.js'

const MOST = 100
const LONGEST_WAIT = 30
// Characters of responses in one request: more takes too long on a bad line, and a request that
// outlives its page may not have more than 64 KB.
const LARGEST = 50000
// As lsp/exams/rules/journal.py has it: window n gives numbers from n times this. Those below are
// of a page that was gone before any window was open: such answers keep them, because another device
// may have saved newer ones meanwhile.
const SPAN = 1000000

const named = (answer) => answer.position + ' ' + whole(answer)

export class Outbox {
  constructor (store, server) {
    this.store = store
    this.server = server
    this.heard = () => {} // told the server's words
    this.unheard = () => {} // told why there are none
    this.waiting = []
    this.window = 0
    this.most = MOST
    this.delay = 1
    this.failures = 0
    this.stuckSince = null
    this.timer = null
    this.sending = null
    this.filing = new Map() // answers on their way to the disk, each with its promise
    this.early = new Map() // chosen on this page before its window was open, each with its moment
    this.started = new Promise((resolve) => { this.ready = resolve }) // nothing is filed before
  }

  async start () {
    this.waiting = await this.store.queued()
    this.ready()
  }

  // The server gave this window its number, and with it numbers for what was chosen on this page
  // before.
  async open (window) {
    await this.renumber((answer) => this.early.has(answer), window, window * SPAN - 1)
    this.early.clear()
    this.window = window
    this.reached()
  }

  add (answer, given) {
    const filed = this.file(answer, given)
    this.filing.set(answer, filed)
    return filed
  }

  async file (answer, given) {
    await this.started
    await this.store.add(answer, given)
    this.filing.delete(answer)
    this.queue(answer)
  }

  // For the last moment of a page.
  addNow (answer) {
    this.store.addNow(answer)
    this.queue(answer)
  }

  queue (answer) {
    // A newer draft of the same text makes unsent older ones needless.
    const needless = answer.draft
      ? this.waiting.filter((old) => old.draft && old.position === answer.position && !old.sent)
      : []
    this.waiting = this.waiting.filter((old) => !needless.includes(old))
    this.waiting.push(answer)
    if (needless.length) this.store.remove(needless.map((old) => old.seq))
  }

  // How long nothing went through, in seconds.
  get stuckFor () {
    return this.stuckSince === null ? 0 : (performance.now() - this.stuckSince) / 1000
  }

  // Send until nothing waits and nothing is on its way to the disk; resolves to whether that was
  // reached. Nothing is sent before the server gave this window its number: what it says of the
  // answers so far would not know of those sent meanwhile.
  flush () {
    if (!this.window) return Promise.resolve(!this.waiting.length && !this.filing.size)
    if (!this.sending) this.sending = this.send()
    return this.sending
  }

  async send () {
    clearTimeout(this.timer)
    await null // so that `sending` is set before this can end
    try {
      while (this.waiting.length || this.filing.size || await this.adopt()) {
        if (!this.waiting.length) await Promise.all(this.filing.values())
        else if (!await this.sendBatch(this.batch(this.waiting))) return false
      }
      return true
    } finally {
      this.sending = null
    }
  }

  // What another tab left behind; says whether there was anything.
  async adopt () {
    if (!this.store.survives) return false
    const here = new Set([...this.waiting, ...this.filing.keys()].map(({ seq }) => seq))
    const left = (await this.store.queued()).filter(({ seq }) => !here.has(seq))
    for (const answer of left) answer.foreign = true
    this.waiting.push(...left)
    return left.length > 0
  }

  // As many of these as one request carries, at least one; under one number only one of a question.
  batch (answers) {
    let size = 0
    const names = new Set()
    const fits = (answer, index) => {
      size += JSON.stringify(answer.response).length + 100
      return names.size < names.add(named(answer)).size && (index === 0 || size <= LARGEST)
    }
    const many = answers.slice(0, this.most)
    const end = many.findIndex((answer, index) => !fits(answer, index))
    return end < 0 ? many : many.slice(0, end)
  }

  // Says whether the server has them.
  async sendBatch (batch) {
    for (const answer of batch) answer.sent = true
    const sent = new Map(batch.map((answer) => [named(answer), answer]))
    let told, done
    try {
      told = await (await this.post(batch)).json()
      done = told.answers.map((answer) => sent.get(named(answer))).filter(Boolean)
      told.given = Object.assign(this.counting(told, sent), told.given)
    } catch (error) {
      this.doubt(batch, error)
      this.failed(error)
      return false
    }
    this.reached()
    this.most = MOST
    this.waiting = this.waiting.filter((answer) => !done.includes(answer))
    await this.store.remove(done.map(({ seq }) => seq))
    if (told.last_seq) await this.countOn(told.last_seq)
    try {
      this.heard(told)
    } catch (error) {
      // A fault of the page is no missing network, and holds up no answer.
      setTimeout(() => { throw error })
    }
    return true
  }

  // What counts now and was not chosen on this page: of each question the newest that was sent, unless
  // the server names another. It may be "older" because the tab that left it had sent it already.
  counting ({ answers }, sent) {
    const given = {}
    for (const answer of answers.slice().sort((one, other) => one.seq - other.seq)) {
      if (!/saved|late|older/.test(answer.fate)) continue
      const { foreign, response, doubtful } = sent.get(named(answer)) || {}
      if (foreign) given[answer.position] = { response, doubtful }
      else delete given[answer.position]
    }
    return given
  }

  // Numbers were given twice, because a disk forgot the last one. What waits is newer than all the
  // server has of that window, and so must its numbers be; but not newer than another window's.
  countOn (last) {
    const window = Math.floor(last / SPAN)
    return this.renumber((answer) => answer.seq >= window * SPAN && whole(answer) <= last, window, last)
  }

  async renumber (isLow, window, last) {
    const all = [...this.waiting, ...this.filing.keys()].filter(({ seq }) => seq)
    const low = all.filter(isLow)
    const numbers = low.map(({ seq }) => seq)
    const given = [this.store.memory.lastSeq, ...all.map(whole)]
    let next = Math.max(last, ...given.filter((number) => Math.floor(number / SPAN) === window))
    // At once, before anything newer can be numbered.
    for (const answer of low) answer.seq = ++next + this.store.mark
    this.store.reach(next)
    await Promise.all(this.filing.values())
    await this.store.renumber(low, numbers)
  }

  post (batch, keepalive) {
    return this.server.post('jawaban', {
      window: this.window,
      answers: batch.map((answer) => ({
        position: answer.position,
        seq: whole(answer),
        response: answer.response,
        doubtful: answer.doubtful,
        chosen_ms: answer.chosenMs,
        estimated: answer.estimated
      }))
    }, keepalive)
  }

  // What the server does not take at all is sent in halves; the one answer that is left waits
  // behind the others, so that it holds up none of them.
  doubt (batch, error) {
    if (error.status !== 413 && error.status !== 422) return
    this.most = Math.max(1, Math.floor(batch.length / 2))
    if (batch.length === 1) this.waiting.push(this.waiting.shift())
  }

  // The page goes away: a request that outlives it, beside the one that may be cut off with it.
  // What arrives twice counts once.
  leave () {
    for (const answer of this.filing.keys()) this.store.addNow(answer)
    const batch = this.batch([...this.waiting, ...this.filing.keys()])
    if (this.window && batch.length) this.post(batch, true).catch(() => {})
  }

  reached () {
    this.delay = 1
    this.failures = 0
    this.stuckSince = null
  }

  failed (error) {
    clearTimeout(this.timer)
    this.failures++
    if (this.stuckSince === null) this.stuckSince = performance.now()
    this.delay = Math.min(this.delay * 2, LONGEST_WAIT)
    this.timer = setTimeout(() => this.flush(), this.delay * 1000)
    this.unheard(error)
  }
}
