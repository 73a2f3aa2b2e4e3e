// What a person may want to know later: the tab was left, text was pasted, the network was gone.
// Notes wait on the disk until the server has them; the server keeps each number of a window once.

const MOST = 40
// Seconds between two pages of the exam in the same tab from which something else was there.
const AWAY = 5

// Goes on from page to page without leaps when the device's time of day is put right: that would
// note an absence that never was. Where a browser has none, absences between pages are not noted.
const time = () => performance.timeOrigin + performance.now()

export class Notes {
  constructor (store) {
    this.store = store
    this.urgent = () => {} // told when a note should not wait for the next report
    this.waiting = []
    // A page that is loaded again without network keeps its window, and counts on from elsewhere.
    this.number = Math.floor(Math.random() * 900000)
    this.since = {}
  }

  // Of an earlier page: what was not sent, and since when there is no network.
  recall ({ notes = [], offline = 0 }) {
    this.waiting = notes.concat(this.waiting)
    const passed = time() - offline
    if (offline && passed > 0) this.since.offline = performance.now() - passed
  }

  add (code, seconds) {
    if (this.waiting.length >= MOST) return
    this.waiting.push({ n: ++this.number, code, seconds })
    this.keep()
  }

  keep () {
    this.store.note({ notes: this.waiting })
  }

  begin (what) {
    if (this.since[what]) return
    this.since[what] = performance.now()
    if (what === 'offline') this.store.note({ offline: time() })
  }

  // How many seconds it lasted, null when it had not begun.
  end (what) {
    const began = this.since[what]
    delete this.since[what]
    return began ? Math.round((performance.now() - began) / 1000) : null
  }

  online () {
    const seconds = this.end('offline')
    if (seconds === null) return
    if (seconds) this.add('offline', seconds)
    this.store.note({ offline: 0 })
  }

  // The next page of the exam, or this one again, is no leaving, though the browser calls it hidden
  // then; another site in the same tab is, and is found out on coming back.
  watch (attempt) {
    const key = 'lsp-left-' + attempt
    let unloading = false
    try {
      const left = Number(sessionStorage.getItem(key))
      const seconds = Math.round((time() - left) / 1000)
      if (left && seconds >= AWAY) {
        this.add('left_tab')
        this.add('came_back', seconds)
      }
      window.addEventListener('pagehide', () => {
        unloading = true
        sessionStorage.setItem(key, time())
      })
    } catch (error) {
      // No storage: then every page that goes away was left.
    }
    document.addEventListener('copy', () => this.add('copied'))
    document.addEventListener('paste', () => this.add('pasted'))
    document.addEventListener('visibilitychange', () => {
      if (unloading) return
      if (document.hidden) {
        this.begin('away')
        this.add('left_tab')
      } else {
        this.add('came_back', this.end('away') || 0)
      }
      this.urgent()
    })
  }

  // Those of one window: that of an earlier page first, whose numbers the server may have.
  batch (window) {
    if (!window) return []
    for (const note of this.waiting) note.window = note.window || window
    return this.waiting.filter((note) => note.window === this.waiting[0].window).slice(0, 20)
  }

  sent (notes) {
    if (!notes.length) return
    this.waiting = this.waiting.filter((note) => !notes.includes(note))
    this.keep()
  }
}
