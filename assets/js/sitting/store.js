// What must survive a crash: the queue of unsent answers, and for each attempt its window, the
// last number given, the answers so far and the paper. In IndexedDB; in memory where the browser
// refuses it (private windows, full phones).

const NAME = 'lsp-exam'

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result)
  request.onerror = () => reject(request.error)
})

const finished = (transaction) => new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve()
  transaction.onabort = transaction.onerror = () => reject(transaction.error)
})

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
    this.memory = { attempt, lastSeq: 0, given: {} }
  }

  async start () {
    try {
      this.database = await open()
    } catch (error) {
      this.database = null
    }
  }

  get survives () {
    return this.database !== null
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
    await this.write(['attempts'], (transaction) => {
      const attempts = transaction.objectStore('attempts')
      const read = attempts.get(this.attempt)
      read.onsuccess = () => attempts.put(Object.assign(read.result || {}, this.memory, {
        // Another tab may have numbered further.
        lastSeq: Math.max(this.memory.lastSeq, (read.result && read.result.lastSeq) || 0)
      }))
    })
  }

  // Number an answer and put it on the disk, in one transaction: two tabs never share a number.
  async add (answer, given) {
    this.memory.given = given
    const number = (last) => {
      answer.seq = this.memory.lastSeq = Math.max(last, this.memory.lastSeq) + 1
    }
    const kept = await this.write(['attempts', 'queue'], (transaction) => {
      const attempts = transaction.objectStore('attempts')
      const read = attempts.get(this.attempt)
      read.onsuccess = () => {
        number((read.result && read.result.lastSeq) || 0)
        attempts.put(Object.assign({}, this.memory))
        transaction.objectStore('queue').put(answer)
      }
    })
    if (!kept && !answer.seq) number(0)
    return answer
  }

  async keepPaper (questions) {
    await this.write(['attempts'], (transaction) => {
      transaction.objectStore('attempts').put({ attempt: this.attempt + '/paper', questions })
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
      return await done(queue.getAll(IDBKeyRange.bound([this.attempt], [this.attempt, []])))
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
      transaction.objectStore('queue').delete(IDBKeyRange.bound([this.attempt], [this.attempt, []]))
    })
  }

  // Says whether it is on the disk; when not, memory has it and the page goes on.
  async write (stores, work) {
    if (!this.database) return false
    try {
      const transaction = this.database.transaction(stores, 'readwrite')
      work(transaction)
      await finished(transaction)
      return true
    } catch (error) {
      return false
    }
  }
}
