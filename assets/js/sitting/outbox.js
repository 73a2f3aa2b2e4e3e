// The queue of answers that the server has not acknowledged. On the disk first, then sent: all
// that wait in one request, oldest first; after a failure again in 2, 4, 8 … 30 seconds.

const MOST = 100
const LONGEST_WAIT = 30

export class Outbox {
  constructor (store, server, heard) {
    this.store = store
    this.server = server
    this.heard = heard // told the server's words, or null and the error
    this.waiting = []
    this.window = 0
    this.delay = 1
    this.failures = 0
    this.stuckSince = null
    this.timer = null
    this.sending = null
    this.filing = new Set() // answers on their way to the disk
  }

  async start () {
    this.waiting = await this.store.queued()
  }

  add (answer, given) {
    const filed = this.file(answer, given).finally(() => this.filing.delete(filed))
    this.filing.add(filed)
    return filed
  }

  async file (answer, given) {
    await this.store.add(answer, given)
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
  // reached.
  flush (keepalive) {
    if (!this.sending) this.sending = this.send(keepalive)
    return this.sending
  }

  async send (keepalive) {
    clearTimeout(this.timer)
    await null // so that `sending` is set before this can end
    try {
      while (this.waiting.length || this.filing.size) {
        if (this.waiting.length) await this.sendBatch(keepalive)
        else await Promise.all(this.filing)
      }
      return true
    } catch (error) {
      this.failed(error)
      return false
    } finally {
      this.sending = null
    }
  }

  async sendBatch (keepalive) {
    const batch = this.waiting.slice(0, MOST)
    for (const answer of batch) answer.sent = true
    const response = await this.server.post('jawaban', {
      window: this.window,
      answers: batch.map((answer) => ({
        position: answer.position,
        seq: answer.seq,
        response: answer.response,
        doubtful: answer.doubtful,
        chosen_ms: answer.chosenMs
      }))
    }, keepalive)
    const told = await response.json()
    this.delay = 1
    this.failures = 0
    this.stuckSince = null
    const acknowledged = new Set(told.answers.map((answer) => answer.seq))
    this.waiting = this.waiting.filter((answer) => !acknowledged.has(answer.seq))
    await this.store.remove([...acknowledged])
    this.heard(told, null)
  }

  failed (error) {
    this.failures++
    if (this.stuckSince === null) this.stuckSince = performance.now()
    this.delay = Math.min(this.delay * 2, LONGEST_WAIT)
    this.timer = setTimeout(() => this.flush(), this.delay * 1000)
    this.heard(null, error)
  }
}
