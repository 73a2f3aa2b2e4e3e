// What must survive a crash: the queue of unsent answers, and for each attempt its window, the
// last number given, the answers so far and the paper. In IndexedDB; in memory where the browser
// refuses it (private windows, full phones).
//
// Two tabs may be at work here at once, both without network. So each page marks its numbers with a
// fraction of its own: under no key does one page's answer overwrite another's, whatever each of
// them knew of the other. The server is told the whole number.

const NAME = 'lsp-exam'
// A disk may never answer (a known fault of some browsers): then memory has to do, in milliseconds.
const PATIENCE = 5000

export const whole = ({ seq }) => Math.floor(seq)

const within = (promise) => Promise.race([promise, new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error('the disk does not answer')), PATIENCE)
})])

const done = (request) => within(new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result)
  request.onerror = () => reject(request.error)
}))

const finished = (transaction) => within(new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve()
  transaction.onabort = transaction.onerror = () => reject(transaction.error)
}))

function open () {
  const request = indexedDB.open(NAME, 1)
  request.onupgradeneeded = () => {
    request.result.createObjectStore('queue', { keyPath: ['attempt', 'seq'] })
    request.result.createObjectStore('attempts', { keyPath: 'attempt' })
  }
  return done(request)
}

export class Store {
  constructor (attempt) {
    this.attempt = attempt
    this.database = null
    this.failing = false // whether the last write did not reach the disk
    this.outdated = false // whether another window has taken over
    this.memory = { attempt, lastSeq: 0, given: {} }
    this.mark = Math.ceil(Math.random() * 2 ** 20) / 2 ** 21
    this.all = IDBKeyRange.bound([attempt], [attempt, []])
  }

  async start () {
    try {
      this.database = await open()
    } catch (error) {
      this.database = null
    }
  }

  get survives () {
    return this.database !== null && !this.failing
  }

  // What is known of the attempt from an earlier load of the page.
  async load () {
    if (this.database) {
      try {
        const read = this.database.transaction('attempts').objectStore('attempts')
        this.memory = await done(read.get(this.attempt)) || this.memory
      } catch (error) {
        this.database = null
      }
    }
    return this.memory
  }

  async note (facts) {
    Object.assign(this.memory, facts)
    await this.write(['attempts'], (transaction) => this.keepFacts(transaction))
  }

  // A page that was taken over from, or whose window is older than the one that wrote here, knows
  // less than the disk does: it leaves its last number and nothing else.
  keepFacts (transaction) {
    const attempts = transaction.objectStore('attempts')
    const read = attempts.get(this.attempt)
    read.onsuccess = () => {
      const kept = read.result
      if (this.outdated && !kept) return
      const isOlder = this.outdated || (kept && kept.window > (this.memory.window || 0))
      attempts.put(Object.assign({}, kept, isOlder ? null : this.memory, {
        // Another tab may have numbered further.
        lastSeq: Math.max(this.memory.lastSeq, (kept && kept.lastSeq) || 0)
      }))
    }
  }

  // The last number anybody gave here: also at the last moment of a page, which notes no number.
  highest (transaction, then) {
    const read = transaction.objectStore('attempts').get(this.attempt)
    const top = transaction.objectStore('queue').openKeyCursor(this.all, 'prev')
    top.onsuccess = () => then(Math.max(
      (read.result && read.result.lastSeq) || 0,
      top.result ? Math.floor(top.result.key[1]) : 0
    ))
  }

  // Before memory has to number what is typed now: another tab may have numbered further.
  catchUp () {
    if (!this.survives) return
    this.highest(this.database.transaction(['attempts', 'queue']), (last) => this.reach(last))
  }

  reach (last) {
    this.memory.lastSeq = Math.max(this.memory.lastSeq, last)
  }

  // Number an answer and put it on the disk, in one transaction: what is chosen later, in whatever
  // tab, has a higher number.
  async add (answer, given) {
    // What an answer of the first moment was chosen beside is not all that is known.
    this.memory.given = Object.assign({}, this.memory.given, given)
    const kept = await this.write(['attempts', 'queue'], (transaction) => {
      this.highest(transaction, (last) => {
        this.number(answer, last)
        this.keepFacts(transaction)
        transaction.objectStore('queue').put(answer)
      })
    })
    if (!kept) this.number(answer)
    return answer
  }

  // Once: a disk that answers too late finds the number that was given without it.
  number (answer, last) {
    if (answer.seq) return
    this.reach(last || 0)
    answer.seq = ++this.memory.lastSeq + this.mark
  }

  // Other numbers, in one step: at no moment is an answer here under none, or under two.
  renumber (answers, old) {
    return this.write(['attempts', 'queue'], (transaction) => {
      const queue = transaction.objectStore('queue')
      for (const seq of old) queue.delete([this.attempt, seq])
      for (const answer of answers) queue.put(answer)
      this.keepFacts(transaction)
    })
  }

  // The same as `add` for the last moment of a page, in which nothing can be waited for: numbered by memory.
  addNow (answer) {
    this.number(answer)
    this.write(['queue'], (transaction) => {
      transaction.objectStore('queue').put(answer)
      if (transaction.commit) transaction.commit()
    })
  }

  // This paper and no other: those of earlier exams on a shared computer are nobody's to read.
  async keepPaper (questions) {
    const own = this.attempt + '/paper'
    await this.write(['attempts'], (transaction) => {
      const attempts = transaction.objectStore('attempts')
      const kept = attempts.getAllKeys()
      kept.onsuccess = () => {
        for (const key of kept.result) if (key.endsWith('/paper') && key !== own) attempts.delete(key)
        attempts.put({ attempt: own, questions })
      }
    })
  }

  async paper () {
    if (!this.database) return null
    try {
      const read = this.database.transaction('attempts').objectStore('attempts')
      const kept = await done(read.get(this.attempt + '/paper'))
      return kept ? kept.questions : null
    } catch (error) {
      return null
    }
  }

  async queued () {
    if (!this.database) return []
    try {
      const queue = this.database.transaction('queue').objectStore('queue')
      return await done(queue.getAll(this.all))
    } catch (error) {
      return []
    }
  }

  remove (seqs) {
    return this.write(['queue'], (transaction) => {
      for (const seq of seqs) transaction.objectStore('queue').delete([this.attempt, seq])
    })
  }

  wipe () {
    return this.write(['attempts', 'queue'], (transaction) => {
      transaction.objectStore('attempts').delete(this.attempt)
      transaction.objectStore('attempts').delete(this.attempt + '/paper')
      transaction.objectStore('queue').delete(this.all)
    })
  }

  // Says whether it is on the disk; when not, memory has it and the page goes on.
  async write (stores, work) {
    if (!this.database) return false
    try {
      const transaction = this.database.transaction(stores, 'readwrite')
      work(transaction)
      await finished(transaction)
      this.failing = false
    } catch (error) {
      this.failing = true
    }
    return !this.failing
  }
}
