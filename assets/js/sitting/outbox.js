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
  }

  async start () {
    this.waiting = await this.store.queued()
  }

  async add (answer, given) {
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

  // Send until nothing waits; resolves to whether that was reached.
  flush (keepalive) {
    if (!this.sending) {
      this.sending = this.send(keepalive).finally(() => { this.sending = null })
    }
    return this.sending
  }

  async send (keepalive) {
    clearTimeout(this.timer)
    while (this.waiting.length) {
      const batch = this.waiting.slice(0, MOST)
      for (const answer of batch) answer.sent = true
      let told
      try {
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
        told = await response.json()
      } catch (error) {
        this.failed(error)
        return false
      }
      this.delay = 1
      this.failures = 0
      this.stuckSince = null
      const acknowledged = new Set(told.answers.map((answer) => answer.seq))
      this.waiting = this.waiting.filter((answer) => !acknowledged.has(answer.seq))
      await this.store.remove([...acknowledged])
      this.heard(told, null)
    }
    return true
  }

  failed (error) {
    this.failures++
    if (this.stuckSince === null) this.stuckSince = performance.now()
    this.delay = Math.min(this.delay * 2, LONGEST_WAIT)
    this.timer = setTimeout(() => this.flush(), this.delay * 1000)
    this.heard(null, error)
  }
}
